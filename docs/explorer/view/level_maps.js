// What each layer gives, as small grids, and what a chosen cell of them depends on.

import { lastStep } from "../model/samples.js";
import { OPERATIONS } from "../model/settings.js";
import { partsAt, readBy, relatedTo } from "../model/stack.js";
import { make } from "./dom.js";
import { gridsOf, isCrowded } from "./level_grids.js";
import { LevelKernels } from "./level_kernels.js";

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
    this.wanted = /** @type {Level[]} */ ([]);
    this.levels = /** @type {Level[]} */ ([]); // those on show
    this.maps = /** @type {Map[]} */ ([]);
    this.kernels = /** @type {LevelKernels[]} */ ([]); // of the later layers
    /** @type {Makers["pixels"] | null} */
    this.pixels = null; // makes the grids that are too large for cells; fetched when it must
    this.said = make("p", { className: "told" });
    this.stage = make("div", { className: "levels" });
    this.element = make("div", {}, this.said, this.stage);
    session.on("chosen", () => this.follow());
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
    this.kernels = this.levels.slice(1).map((level) => new LevelKernels(level, this.pixels));
    this.stage.replaceChildren(...levelled.map((grids, at) => make("div", { className: "level" },
      this.kernels[at - 2]?.element ?? "",
      make("div", { className: "grids" }, ...grids.map(({ element }) => element)))));
    this.follow();
  }

  // Nobody sees the maps any more: no cell of theirs is chosen.
  leave() {
    this.maps = [];
    if (this.session.later) this.session.choose(this.session.held);
  }

  // Look again at the chosen cell, unless something else is looked at in passing.
  follow() {
    const { session, levels } = this;
    const { later } = session;
    if (!later || session.chosen !== session.held || !this.maps.length) return this.clear();
    const [at, ...place] = later.split(",").map(Number);
    const { shape = [] } = levels[at - 1] ?? {};
    const map = this.maps.find((one) => one.at === at && one.grid.channel === place[0]);
    if (map && place.every((k, a) => k < shape[a])) {
      return this.light(map, place[1], place[2]);
    }
    this.clear();
    queueMicrotask(() => { // when all have heard of what changed
      if (session.later !== later) return;
      if (!session.note) session.say(`There is no cell ${place} in layer ${at}.`);
      session.choose(session.held);
    });
  }

  clear() {
    for (const { grid } of this.maps) {
      grid.light([[], []], () => "");
      grid.mark(null);
    }
    for (const one of this.kernels) one.light(-1);
    if (this.said.textContent !== HINT) this.said.textContent = HINT;
  }

  /** @param {HTMLTableCellElement} cell @param {boolean} passing The pointer, but no click. */
  choose(cell, passing = false) {
    const { session } = this;
    const map = this.find(cell);
    const { at, grid: { channel } } = map;
    const [r, c] = map.grid.place(cell);
    if (at > 1 && !passing) {
      return session.choose(lastStep(session.model, session.now.time), [at, channel, r, c].join());
    }
    if (at < 2) { // which is simply chosen there
      const { axes } = session.model;
      const [row, column] = at ? [r, c] : [axes[0].home(r), axes[1].home(c)];
      session[passing ? "pass" : "choose"]({ array: at ? "output" : "input", channel,
        to: session.to, row, column });
    }
    this.light(map, r, c);
  }

  // Light what a cell depends on, or what depends on it, here and in the explorer's own grids.
  /** @param {Map} one @param {number} row @param {number} column */
  light({ at, grid }, row, column) {
    const chosen = { channels: [grid.channel], rows: [row], columns: [column] };
    const all = relatedTo(this.levels, at, chosen);
    for (const map of this.maps) {
      const cells = all[map.at] ?? NONE;
      const lit = cells.channels.includes(map.grid.channel) ? cells : NONE;
      map.grid.light([lit.rows, lit.columns], () => "");
      map.grid.mark(map.grid === grid ? [row, column] : null);
    }
    this.kernels.forEach((one, k) => one.light(k === at - 2 ? grid.channel : -1));
    const number = grid.text(row, column);
    const text = this.said.textContent = this.sentence(at, number, chosen, all);
    const [, outputs] = all;
    if (at < 2 || !outputs) return;
    this.session.lend({
      lights: { input: readBy(this.session.model, outputs, true), weight: NONE, output: outputs },
      text,
      parts: partsAt(this.levels, at, number, [grid.channel, row, column]),
    });
  }

  /** @param {number} at @param {string} text @param {Covered} chosen
   * @param {(Covered | null)[]} all */
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
      if (cell && (type === "keydown" || !cell.closest(".kernels"))) act(cell, event);
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
    const all = [...this.maps, ...this.kernels.flatMap((one) => one.all)];
    return /** @type {Map} */ (all.find(({ grid }) => grid.table.contains(cell)));
  }
}
