// The choice of an operation, and of a published case.

import { readView } from "../model/link.js";
import { PRESETS } from "../model/presets.js";
import { parse, write } from "../model/query.js";
import { OPERATIONS } from "../model/settings.js";
import { button, make, menu } from "./dom.js";

/** @import { Operation } from "../model/settings.js" */
/** @import { Session } from "../session.js" */

export class Picker {
  /**
   * @param {Session} session
   * @param {() => string} first Gives the text that it began with.
   * @param {...Node} more
   */
  constructor(session, first, ...more) {
    const names = new Map(Object.entries(PRESETS)
      .map(([name, text]) => [write(parse(text)), name]));
    const operation = menu(Object.entries(OPERATIONS).map(([name, { title }]) => [name, title]),
      () => session.operate(/** @type {Operation} */ (operation.value)));
    const presets = Object.keys(PRESETS).map((name) => [name, name.replaceAll("_", " ")]);
    const preset = menu([["", "Published case …"], ...presets], () =>
      session.replace(preset.value ? readView(PRESETS[preset.value]) : session.view));
    operation.ariaLabel = "Operation";
    preset.ariaLabel = "Published case";
    const undo = button("↶", () => session.travel(true), "Undo");
    const redo = button("↷", () => session.travel(false), "Redo");
    const reset = button("Start over", () => session.replace(readView(first())));
    this.element = make("div", { className: "row picker" }, operation, preset,
      make("span", { className: "row", role: "group", ariaLabel: "Changes" }, undo, redo, reset,
        ...more));
    session.on("kept", () => {
      // A button that has the focus and is disabled would swallow the keys that come next.
      undo.ariaDisabled = String(!session.past.before.length);
      redo.ariaDisabled = String(!session.past.after.length);
    });
    session.on("model", () => {
      operation.value = session.state.operation;
      preset.value = names.get(write(session.state)) ?? "";
    });
  }
}
