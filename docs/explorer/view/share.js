// The state elsewhere: as lines of PyTorch, as a link, in a frame of another page, and on paper.

import { pytorch } from "../model/words.js";
import { addressOf, copyButton } from "./copying.js";
import { make } from "./dom.js";

/** @import { Session } from "../session.js" */

// The tag that shows an address in a page.
/** @param {string} address */
const frame = (address) => `<iframe src="${address.replaceAll("&", "&amp;")}" `
  + 'title="Explorer of convolutions" width="100%" height="720" style="border: 0" '
  + 'allow="fullscreen"></iframe>';

export class Share {
  /** @param {Session} session @param {HTMLElement} host */
  constructor(session, host) {
    const code = make("textarea", { readOnly: true, rows: 7, ariaLabel: "The same in PyTorch" });
    const link = make("input", { readOnly: true, ariaLabel: "Link to this state" });
    const tag = make("input", { readOnly: true, ariaLabel: "This state in an iframe" });
    const leave = make("a", { target: "_blank" }, "Open in convdocs");
    const [lines, printed] = [make("pre"), make("p")];
    const [page, bare] = ["page", "embed"].map((name) => host.hasAttribute(name));
    this.element = make("div", {}, code, copyButton(session, "as PyTorch", code),
      link, copyButton(session, "link", link),
      ...(bare ? [tag, copyButton(session, "as iframe", tag)] : []));
    // What stands below all folds: the way out of a frame and, on paper, what they hide.
    this.foot = make("div", {}, ...(page ? [leave] : []),
      make("div", { className: "paper" }, lines, printed));
    session.on("model", () => { lines.textContent = code.value = pytorch(session.model); });
    session.on("chosen", () => {
      leave.href = printed.textContent = link.value = addressOf(host, session.text);
      tag.value = frame(addressOf(host, session.text, "embed"));
    });
  }
}
