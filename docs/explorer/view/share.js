// The state elsewhere: as lines of PyTorch, as a link, and on paper.

import { pytorch } from "../model/words.js";
import { addressOf, copyButton } from "./copying.js";
import { make } from "./dom.js";

/** @import { Session } from "../session.js" */

export class Share {
  /** @param {Session} session @param {HTMLElement} host */
  constructor(session, host) {
    const code = make("textarea", { readOnly: true, rows: 7, ariaLabel: "The same in PyTorch" });
    const link = make("input", { readOnly: true, ariaLabel: "Link to this state" });
    const leave = make("a", { target: "_blank" }, "Open in convdocs");
    const [lines, printed] = [make("pre"), make("p")];
    this.element = make("div", {}, code, copyButton(session, "as PyTorch", code),
      link, copyButton(session, "link", link));
    // What stands below all folds: the way out of a frame and, on paper, what they hide.
    this.foot = make("div", {}, ...(host.hasAttribute("page") ? [leave] : []),
      make("div", { className: "paper" }, lines, printed));
    session.on("model", () => { lines.textContent = code.value = pytorch(session.model); });
    session.on("chosen", () => {
      leave.href = printed.textContent = link.value = addressOf(host, session.text);
    });
  }
}
