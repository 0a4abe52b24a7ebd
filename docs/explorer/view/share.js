// The state elsewhere: as lines of PyTorch, and as a link.

import { pytorch } from "../model/words.js";
import { copyButton } from "./copying.js";
import { make } from "./dom.js";

/** @import { Session } from "../session.js" */

export class Share {
  /** @param {Session} session @param {(text: string) => string} address Of what a text says. */
  constructor(session, address) {
    const code = make("textarea", { readOnly: true, rows: 7, spellcheck: false,
      ariaLabel: "The same in PyTorch" });
    const link = make("input", { readOnly: true, ariaLabel: "Link to this state" });
    this.element = make("div", {}, code, copyButton(session, "as PyTorch", code), link,
      copyButton(session, "link", link));
    session.on("model", () => { code.value = pytorch(session.model); });
    session.on("chosen", () => { link.value = address(session.text); });
  }
}
