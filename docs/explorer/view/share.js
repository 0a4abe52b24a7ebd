// The state elsewhere: as lines of PyTorch, and as a link.

import { pytorch } from "../model/words.js";
import { button, make } from "./dom.js";

/** @import { Session } from "../session.js" */

export class Share {
  /** @param {Session} session @param {(text: string) => string} address Of what a text says. */
  constructor(session, address) {
    const code = make("textarea", { readOnly: true, rows: 7, spellcheck: false,
      ariaLabel: "The same in PyTorch" });
    const link = make("input", { readOnly: true, ariaLabel: "Link to this state" });
    /** @param {string} what @param {HTMLTextAreaElement | HTMLInputElement} field */
    const copy = (what, field) => button(`Copy ${what}`, async () => {
      field.select();
      const copied = navigator.clipboard?.writeText(field.value) ?? Promise.reject();
      session.say(await copied.then(() => "Copied.", () => "Not allowed: it is marked, copy it."));
    });
    this.element = make("div", {}, code, copy("as PyTorch", code), link, copy("link", link));
    session.on("model", () => { code.value = pytorch(session.model); });
    session.on("chosen", () => { link.value = address(session.text); });
  }
}
