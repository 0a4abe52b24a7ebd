// The state elsewhere: as lines of PyTorch, as a link, and as a frame of another page.

import { pytorch } from "../model/words.js";
import { copyButton } from "./copying.js";
import { make } from "./dom.js";

/** @import { Session } from "../session.js" */
/** @typedef {(text: string) => string} Address Of what a text says. */

// The tag that shows an address in a page.
/** @param {string} address */
const frame = (address) => `<iframe src="${address.replaceAll("&", "&amp;")}" `
  + 'title="Explorer of convolutions" width="100%" height="720" style="border: 0"></iframe>';

export class Share {
  /** @param {Session} session @param {Address} here @param {Address} [bare] Nothing else is there. */
  constructor(session, here, bare) {
    const code = make("textarea", { readOnly: true, rows: 7, spellcheck: false,
      ariaLabel: "The same in PyTorch" });
    const link = make("input", { readOnly: true, ariaLabel: "Link to this state" });
    const tag = make("input", { readOnly: true, ariaLabel: "This state in an iframe" });
    const said = make("output");
    const lines = make("pre");
    const printed = make("p");
    this.element = make("div", {}, code, copyButton("as PyTorch", code, said), link,
      copyButton("link", link, said), ...(bare ? [tag, copyButton("as iframe", tag, said)] : []), said);
    this.paper = make("div", { className: "paper" }, lines, printed); // where nothing is unfolded
    session.on("model", () => { lines.textContent = code.value = pytorch(session.model); });
    session.on("chosen", () => {
      printed.textContent = link.value = here(session.text);
      if (bare) tag.value = frame(bare(session.text));
    });
  }
}
