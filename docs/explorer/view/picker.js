// The choice of an operation, and of a published case.

import { PRESETS } from "../model/presets.js";
import { parse, write } from "../model/query.js";
import { DEFAULT, OPERATIONS } from "../model/settings.js";
import { labelled, menu, row } from "./dom.js";

/** @import { Operation } from "../model/settings.js" */
/** @import { Session } from "../session.js" */

/** @param {string} text */
const canonical = (text) => write(parse(text) ?? DEFAULT);

export class Picker {
  /** @param {Session} session */
  constructor(session) {
    const names = new Map(Object.entries(PRESETS).map(([name, text]) => [canonical(text), name]));
    const operation = menu(Object.entries(OPERATIONS).map(([name, { title }]) => [name, title]),
      () => session.operate(/** @type {Operation} */ (operation.value)));
    const presets = Object.keys(PRESETS).map((name) => [name, name.replaceAll("_", " ")]);
    const preset = menu([["", "choose a case"], ...presets], () =>
      session.load(parse(PRESETS[preset.value] ?? write(session.state)) ?? DEFAULT));
    this.element = row(labelled("Operation", operation), labelled("Published", preset));
    session.on("model", () => {
      operation.value = session.state.operation;
      preset.value = names.get(write(session.state)) ?? "";
    });
  }
}
