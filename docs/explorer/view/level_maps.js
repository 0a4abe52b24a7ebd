// What each layer gives, as small grids, and what a chosen cell of them depends on.

import { range } from "../model/geometry.js";
import { OPERATIONS } from "../model/settings.js";
import { readBy, relatedTo } from "../model/stack.js";
import { show } from "../model/numbers.js";
import { Cells } from "./cells.js";
import { make } from "./dom.js";
import { scaleOf } from "./shades.js";

/** @import { Session } from "../session.js" */
/** @import { Cells as Covered, Level } from "../model/stack.js" */
/** @typedef {{ at: number, grid: Cells }} Map */

const WIDE = 56; // signs that a row of numbers may have
const HINT = "Choose a cell: what it depends on lights up, in every layer before.";
const NONE = { channels: [], rows: [], columns: [] };

export class LevelMaps {
  /** @param {Session} session */
  constructor(session) {
    this.session = session;
    /** @type {Level[]} */
    this.levels = [];
    /** @type {Map[]} */
    this.maps = [];
    /** @type {HTMLElement | null} */
    this.pinned = null;
    this.said = make("p", { className: "readout", role: "status" });
    this.stage = make("div", { className: "levels" });
    this.element = make("div", {}, this.said, this.stage);
    session.on("chosen", () => this.clear());
    this.listen();
  }

  /** @param {Level[]} levels */
  draw(levels) {
    const { state, x } = this.session.model;
    this.levels = levels.filter((level) => !level.fault);
    this.pinned = null;
    this.maps = [];
    const parts = [
      this.part(0, "Input", [state.in_channels, ...state.size], x),
      ...this.levels.map(({ text, shape, values }, k) =>
        this.part(k + 1, `${k + 1} ${text || OPERATIONS[state.operation].title}`, shape, values)),
    ];
    this.stage.replaceChildren(...parts);
    this.clear();
  }

  // The grids of one layer, a channel each.
  /** @param {number} at @param {string} title @param {number[]} shape @param {number[]} values */
  part(at, title, [channels, rows, columns], values) {
    const digits = Math.max(...values.map((value) => show(value).length));
    const shaded = columns * (digits + 1) > WIDE;
    const scale = scaleOf(values);
    const maps = range(channels).map((channel) => {
      /** @param {number} r @param {number} c */
      const value = (r, c) => values[(channel * rows + r) * columns + c];
      const name = channels > 1 ? `, channel ${channel}` : "";
      const grid = new Cells({
        part: at ? "output" : "input", channel, shaded, rows, columns,
        className: `${at ? "output" : "input"}${shaded ? " shaded" : ""}`,
        title: `${title}${name}: ${rows} × ${columns}`,
        text: (r, c) => show(value(r, c)),
        number: value,
        place: (r, c) => (channel * rows + r) * columns + c,
        there: () => ({ numbers: values, until: values.length }),
        scale: () => scale,
        look: () => "",
      });
      return { at, grid };
    });
    this.maps.push(...maps);
    return make("div", { className: "grids" }, ...maps.map(({ grid }) => grid.element));
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

  /** @param {number} at @param {string} text @param {Covered} chosen @param {(Covered | null)[]} all */
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

  // A pinned cell stays chosen wherever the pointer goes.
  /** @param {HTMLElement | null} cell */
  pin(cell) {
    this.pinned?.classList.remove("pinned");
    cell?.classList.add("pinned");
    this.pinned = cell;
  }

  listen() {
    /** @param {string} type @param {(cell: HTMLTableCellElement, event: any) => void} act */
    const on = (type, act) => this.stage.addEventListener(type, (event) => {
      const cell = /** @type {Element} */ (event.target).closest("td");
      if (cell) act(cell, event);
    });
    on("pointerover", (cell, event) => {
      const { editing, playing } = this.session;
      const free = event.pointerType === "mouse" && !this.pinned && !editing && !playing;
      if (free) this.choose(cell, true);
    });
    this.stage.addEventListener("pointerleave", () => {
      if (!this.pinned) this.session.pass();
    });
    on("focusin", (cell) => this.choose(cell));
    on("click", (cell) => {
      this.pin(this.pinned === cell ? null : cell);
      this.choose(cell);
      this.session.tell("kept");
    });
    on("keydown", (cell, event) => {
      if (event.key === "Escape") this.pin(null);
      const next = this.find(cell).grid.next(cell, event.key, event.ctrlKey);
      if (!next) return;
      next.focus();
      this.pin(next);
      event.preventDefault();
    });
  }

  /** @param {HTMLTableCellElement} cell */
  find(cell) {
    return /** @type {Map} */ (this.maps.find(({ grid }) => grid.table.contains(cell)));
  }
}
