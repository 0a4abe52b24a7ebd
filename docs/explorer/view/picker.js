// The choice of an operation, and of a published case.

import { PRESETS } from "../model/presets.js";
import { parse, write } from "../model/query.js";
import { OPERATIONS } from "../model/settings.js";
import { button, labelled, make, menu, row } from "./dom.js";

/** @import { Operation } from "../model/settings.js" */
/** @import { Session } from "../session.js" */

export class Picker {
  /** @param {Session} session @param {() => string} first Gives the text that it began with. */
  constructor(session, first) {
    const names = new Map(Object.entries(PRESETS).map(([name, text]) => [write(parse(text)), name]));
    const operation = menu(Object.entries(OPERATIONS).map(([name, { title }]) => [name, title]),
      () => session.operate(/** @type {Operation} */ (operation.value)));
    const presets = Object.keys(PRESETS).map((name) => [name, name.replaceAll("_", " ")]);
    const preset = menu([["", "choose one"], ...presets], () =>
      session.replace(PRESETS[preset.value] ?? session.text));
    const undo = button("↶", () => session.travel(true), "Undo");
    const redo = button("↷", () => session.travel(false), "Redo");
    const reset = button("Start over", () => session.replace(first()));
    this.element = row(labelled("Operation", operation), labelled("Published case", preset),
      make("span", { className: "row", role: "group", ariaLabel: "Changes" }, undo, redo, reset));
    session.on("kept", () => {
      undo.disabled = !session.past.before.length;
      redo.disabled = !session.past.after.length;
    });
    session.on("model", () => {
      operation.value = session.state.operation;
      preset.value = names.get(write(session.state)) ?? "";
    });
  }
}
