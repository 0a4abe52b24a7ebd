// What each layer gives, as small grids, and what a chosen cell of them depends on.

import { OPERATIONS } from "../model/settings.js";
import { readBy, relatedTo } from "../model/stack.js";
import { make } from "./dom.js";
import { gridsOf, isCrowded } from "./level_grids.js";

/** @import { Session } from "../session.js" */
/** @import { Cells as Covered, Level } from "../model/stack.js" */
/** @import { Host, Makers } from "./bring.js" */
/** @import { Grid } from "./grid.js" */
/** @typedef {{ at: number, grid: Grid }} Map */

const HINT = "Choose a cell: what it depends on lights up, in every layer before.";
const NONE = { channels: [], rows: [], columns: [] };

export class LevelMaps {
  /** @param {Session} session @param {Host} host */
  constructor(session, host) {
    this.session = session;
    this.host = host;
    /** @type {Level[]} */
    this.wanted = [];
    /** @type {Level[]} */
    this.levels = []; // those on show
    /** @type {Map[]} */
    this.maps = [];
    /** @type {Makers["pixels"] | null} */
    this.pixels = null; // makes the grids that are too large for cells; fetched when it must
    this.said = make("p", { className: "told" });
    this.stage = make("div", { className: "levels" });
    this.element = make("div", {}, this.said, this.stage);
    session.on("chosen", () => this.clear());
    this.listen();
  }

  /** @param {Level[]} levels */
  draw(levels) {
    const { state, x } = this.session.model;
    this.wanted = levels;
    const sizes = [state.size, ...levels.map(({ shape: [, ...size] }) => size)];
    this.maps = [];
    this.stage.replaceChildren();
    if (!this.pixels && sizes.some(isCrowded)) {
      this.host.extra("pixels").then((pixels) => {
        this.pixels = pixels;
        this.draw(this.wanted);
      }, (error) => this.session.say(String(error)));
      return;
    }
    this.levels = levels.filter((level) => !level.fault);
    const { title } = OPERATIONS[state.operation];
    const levelled = [
      gridsOf("input", "Input", [state.in_channels, ...state.size], x, this.pixels),
      ...this.levels.map(({ text, shape, values }, k) =>
        gridsOf("output", `${k + 1} ${text || title}`, shape, values, this.pixels)),
    ];
    this.maps = levelled.flatMap((grids, at) => grids.map((grid) => ({ at, grid })));
    this.stage.replaceChildren(...levelled.map((grids) =>
      make("div", { className: "grids" }, ...grids.map(({ element }) => element))));
    this.clear();
  }

  clear() {
    for (const { grid } of this.maps) {
      grid.light([[], []], () => "");
      grid.mark(null);
    }
    if (this.said.textContent !== HINT) this.said.textContent = HINT;
  }

  /** @param {HTMLTableCellElement} cell @param {boolean} passing The pointer, but no click. */
  choose(cell, passing = false) {
    const { at, grid } = this.find(cell);
    const [row, column] = grid.place(cell);
    const chosen = { channels: [grid.channel], rows: [row], columns: [column] };
    const all = relatedTo(this.levels, at, chosen);
    this.show(at, chosen, all[1], passing);
    for (const map of this.maps) {
      const cells = all[map.at] ?? NONE;
      const lit = cells.channels.includes(map.grid.channel) ? cells : NONE;
      map.grid.light([lit.rows, lit.columns], () => "");
      map.grid.mark(map.grid === grid ? [row, column] : null);
    }
    this.said.textContent = this.sentence(at, cell.textContent ?? "", chosen, all);
  }

  // Light the explorer's grids too; what stands there is simply chosen there.
  /**
   * @param {number} at
   * @param {Covered} cells
   * @param {Covered | null} outputs Of the first layer.
   * @param {boolean} passing
   */
  show(at, { channels: [channel], rows: [r], columns: [c] }, outputs, passing) {
    const { session } = this;
    const { model } = session;
    const [row, column] = at ? [r, c] : [model.axes[0].home(r), model.axes[1].home(c)];
    if (at < 2) {
      session[passing ? "pass" : "choose"]({ array: at ? "output" : "input", channel,
        to: session.to, row, column });
    } else if (outputs) session.lend({ input: readBy(model, outputs, true), weight: NONE,
      output: outputs });
  }

  /**
   * @param {number} at
   * @param {string} text
   * @param {Covered} chosen
   * @param {(Covered | null)[]} all
   */
  sentence(at, text, { channels, rows, columns }, all) {
    /** @param {Covered} cells */
    const count = (cells) => cells.channels.length * cells.rows.length * cells.columns.length;
    const others = all.flatMap((cells, k) => (!cells || k === at ? []
      : [[count(cells), k ? `layer ${k}` : "the input"]]));
    if (at) others.reverse();
    const told = others.map(([n, what], k) =>
      `${n}${k ? "" : ` cell${n === 1 ? "" : "s"}`} of ${what}`).join(", ");
    /** @param {string} name @param {number[]} places */
    const extent = (name, places) => {
      const [first, last] = [places[0], places[places.length - 1]];
      const holes = places.length < last - first + 1 ? `, ${places.length} of them` : "";
      return `${name} ${first} to ${last}${holes}`;
    };
    const input = all[0];
    const where = at && input?.rows.length
      ? ` (${extent("rows", input.rows)}; ${extent("columns", input.columns)})` : "";
    return `${at ? `Layer ${at}` : "Input"}, channel ${channels[0]}, row ${rows[0]}, column ${
      columns[0]}: ${text}. ${at ? "It depends on" : "On it depend"} ${told}${where}.`;
  }

  listen() {
    const { session } = this;
    /** @param {string} type @param {(cell: HTMLTableCellElement, event: any) => void} act */
    const on = (type, act) => this.stage.addEventListener(type, (event) => {
      const cell = /** @type {Element} */ (event.target).closest("td");
      if (cell) act(cell, event);
    });
    on("pointerover", (cell, event) => {
      if (event.pointerType === "mouse" && !session.busy) this.choose(cell, true);
    });
    this.stage.addEventListener("pointerleave", () => {
      if (!session.busy) session.pass();
    });
    on("focusin", (cell) => this.choose(cell));
    on("click", (cell) => {
      session.pin(session.pinned === cell ? null : cell);
      this.choose(cell);
      session.tell("kept");
    });
    on("keydown", (cell, event) => {
      if (event.key === "Escape") session.pin(null);
      const next = this.find(cell).grid.next(cell, event.key, event.ctrlKey);
      if (!next) return;
      next.focus();
      session.pin(next);
      event.preventDefault();
    });
  }

  /** @param {HTMLTableCellElement} cell */
  find(cell) {
    return /** @type {Map} */ (this.maps.find(({ grid }) => grid.table.contains(cell)));
  }
}
