// The size formula the other way round: which settings take one size to another?

import { line as torch, placed, solveDirect, solveTransposed } from "../model/solve.js";
import { boundsOf } from "../model/settings.js";
import { button, labelled, make, menu, row } from "./dom.js";

/** @import { Session } from "../session.js" */
/** @import { Found } from "../model/solve.js" */

const LARGEST = 512;
const FEW = 8; // answers that are shown at first

/** @param {Node[]} all */
const line = (all) => make("div", { role: "row" }, ...all);
/** @param {string} head @param {Node | number} content */
const cell = (head, content) => make("div", { role: "cell", "data-head": head }, content);

export class Inverse {
  /** @param {Session} session */
  constructor(session) {
    this.session = session;
    /** @param {string} name @param {number} value */
    const size = (name, value) => make("input", { type: "number", name, min: 1, max: LARGEST, value,
      oninput: () => this.solve() });
    this.from = size("from", 224);
    this.to = size("to", 112);
    this.kind = menu([["direct", "a convolution"], ["transposed", "a transposed convolution"]],
      () => this.solve());
    this.said = make("p", { role: "status" });
    this.room = make("p", {}, "Up to a size of ", boundsOf("size")[1],
      ", an answer can be shown in the explorer.");
    this.table = make("div", { role: "table", ariaLabel: "Answers" });
    this.more = button("", () => this.list(Infinity));
    this.element = make("div", {},
      row(labelled("Which settings of", this.kind), labelled("take", this.from),
        labelled("to", this.to)),
      this.said, this.room, make("div", { className: "scroll" }, this.table), this.more);
    /** @type {Found[]} */
    this.found = [];
    session.on("model", () => this.list());
    this.solve();
  }

  get transposed() {
    return this.kind.value === "transposed";
  }

  solve() {
    const sizes = [this.from, this.to].map((field) => field.valueAsNumber);
    const good = sizes.every((n) => Number.isInteger(n) && n >= 1 && n <= LARGEST);
    const [from, to] = sizes;
    this.found = good ? (this.transposed ? solveTransposed : solveDirect)(from, to) : [];
    const count = this.found.length;
    this.said.textContent = good
      ? `${count || "No"} answer${count === 1 ? "" : "s"} with a kernel and a stride up to 16, `
        + `padding up to 8 and dilation up to 4${count > 1 ? ", the simplest first" : ""}.`
      : `Two whole numbers, from 1 to ${LARGEST}.`;
    this.list();
  }

  // Show some of the answers, and of those that have room a button that puts them here.
  list(most = FEW) {
    const { session: { state }, transposed } = this;
    const names = /** @type {(keyof Found)[]} */ (["kernel_size", "stride", "padding",
      ...(transposed ? ["output_padding"] : []), "dilation"]);
    const shown = this.found.slice(0, most);
    this.room.hidden = !shown.length || this.from.valueAsNumber <= boundsOf("size")[1];
    this.table.style.setProperty("--columns", String(names.length + 2));
    this.table.replaceChildren(...(shown.length ? [
      line([...[...names, "PyTorch"].map((name) =>
        make("div", { role: "columnheader" }, name)), make("div", { role: "cell" })]),
      ...shown.map((found) => line([...names.map((name) => cell(name, found[name])),
        cell("PyTorch", make("code", {}, torch(state, found, transposed))), this.offer(found)])),
    ] : []));
    this.more.hidden = shown.length === this.found.length;
    this.more.textContent = `All ${this.found.length}`;
  }

  /** @param {Found} found */
  offer(found) {
    const { session, transposed } = this;
    const next = placed(session.state, found, this.from.valueAsNumber, transposed);
    if (typeof next !== "string") {
      return make("div", { role: "cell" }, button("Show", () => session.set(next),
        `Show ${torch(session.state, found, transposed)}`));
    }
    return make("div", { role: "cell" }, this.room.hidden ? make("small", {}, next) : "");
  }
}
