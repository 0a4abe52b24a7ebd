// How often each input is read, and each output written, as maps: edges, what is left out, and the
// checkerboard of a transposed convolution are seen before any number is computed.

import { countsOf } from "../model/counts.js";
import { bring } from "../view/bring.js";
import { make } from "../view/dom.js";
import { gridsOf, isCrowded } from "../view/level_grids.js";
import style from "./counts.css";

/** @import { Session } from "../session.js" */
/** @import { Host, Makers } from "../view/bring.js" */
/** @import { Grid } from "../view/grid.js" */

// From the least to the most: "4 to 9".
/** @param {number[]} counts */
function extent(counts) {
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  return least === most ? String(least) : `${least} to ${most}`;
}

class Counts {
  /** @param {Session} session @param {Host} host */
  constructor(session, host) {
    this.session = session;
    this.host = host;
    this.open = false; // while nobody can see it, nothing is worked out
    this.drawn = ""; // what the maps depend on
    /** @type {Makers["pixels"] | null} */
    this.pixels = null; // makes the maps that are too large for numbers; fetched when it must
    /** @type {Grid[]} */
    this.maps = [];
    this.caption = make("p");
    this.stage = make("div", { className: "counts" });
    this.element = make("div", {}, this.caption, this.stage);
    session.on("model", () => this.draw());
    session.on("chosen", () => this.mark());
    this.listen();
  }

  /** @param {boolean} open */
  reveal(open) {
    this.open = open;
    this.draw();
    this.mark();
  }

  draw() {
    const { model, state } = this.session;
    const key = JSON.stringify({ ...state, input: 0, weight: 0, bias: 0, then: 0, show: 0 });
    if (!this.open || key === this.drawn) return;
    const { reads, writes, uneven } = countsOf(model);
    const outputs = model.axes.map((axis) => axis.outputs);
    this.caption.textContent = this.words(reads, writes, uneven);
    this.maps = [];
    this.stage.replaceChildren();
    if (!this.pixels && [state.size, outputs].some(isCrowded)) {
      this.host.extra("pixels").then((pixels) => {
        this.pixels = pixels;
        this.draw();
        this.mark();
      }, (error) => this.session.say(String(error)));
      return;
    }
    this.drawn = key;
    this.maps = [
      ...gridsOf("input", "Reads of each input", [1, ...state.size], reads, this.pixels, true),
      ...gridsOf("output", "Inputs in each output", [1, ...outputs], writes, this.pixels, true),
    ];
    this.stage.replaceChildren(...this.maps.map(({ element }) => element));
  }

  /** @param {number[]} reads @param {number[]} writes @param {boolean} uneven */
  words(reads, writes, uneven) {
    const { family, state: { kernel_size: [rows, columns] } } = this.session.model;
    const none = reads.filter((count) => !count).length;
    const pools = family === "pool";
    const read = extent(reads);
    const often = read === "1" ? "once" : `${read} times`;
    return [
      `Each input is read ${often} by ${pools ? "its channel's" : "one channel of the"}`
        + ` output${none ? `; ${none} of them by nobody.` : "."}`,
      `Into each output go ${extent(writes)} inputs of a channel; a ${pools ? "window" : "kernel"}`
        + ` has room for ${rows * columns}.`,
      ...(uneven && family === "transposed"
        ? ["Inside they differ: equal inputs and weights make a checkerboard."] : []),
    ].join(" ");
  }

  // The chosen input or output is the same cell here.
  mark() {
    if (!this.open || !this.maps.length) return;
    const { model: { axes }, chosen: { array, row, column } } = this.session;
    for (const map of this.maps) {
      const [r, c] = array === "output" ? [row, column]
        : [axes[0].sources[row], axes[1].sources[column]];
      map.mark(map.part === array && r >= 0 && c >= 0 ? [r, c] : null);
    }
  }

  /** @param {HTMLTableCellElement} cell */
  find(cell) {
    return /** @type {Grid} */ (this.maps.find(({ table }) => table.contains(cell)));
  }

  // What stands there is chosen in the explorer, which tells what reads or writes it.
  /** @param {HTMLTableCellElement} cell */
  choose(cell) {
    const { session } = this;
    session.pin(null);
    const map = this.find(cell);
    const [r, c] = map.place(cell);
    const { axes: [rows, columns] } = session.model;
    session.choose(map.part === "output"
      ? { array: "output", channel: session.to, to: session.to, row: r, column: c }
      : { array: "input", channel: 0, to: 0, row: rows.home(r), column: columns.home(c) });
  }

  listen() {
    /** @param {string} type @param {(cell: HTMLTableCellElement, event: any) => void} act */
    const on = (type, act) => this.stage.addEventListener(type, (event) => {
      const cell = /** @type {Element} */ (event.target).closest("td");
      if (cell) act(cell, event);
    });
    on("focusin", (cell) => this.choose(cell));
    on("click", (cell) => {
      this.choose(cell);
      this.session.tell("kept");
    });
    on("keydown", (cell, event) => {
      const next = this.find(cell).next(cell, event.key, event.ctrlKey);
      if (!next) return;
      next.focus();
      event.preventDefault();
    });
  }
}

bring((session, host) => new Counts(session, host), style);
