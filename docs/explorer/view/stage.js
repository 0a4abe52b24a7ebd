// The grids on show: input, kernel and output; of a transposed convolution, both its readings.

import { isAsked } from "../model/asked.js";
import { lighting, weightBetween, winner } from "../model/lighting.js";
import { placeOf, textOf } from "../model/samples.js";
import { show } from "../model/numbers.js";
import { make } from "./dom.js";
import { cellFor } from "./fit.js";
import { Grid } from "./grid.js";
import { Hands } from "./hands.js";
import { legend } from "./legend.js";
import {
  bandsOf, captionOf, channelsOf, locate, lookOf, PARTS, sampleAt, slides,
} from "./parts.js";

/** @import { Session } from "../session.js" */
/** @import { Axis } from "../model/geometry.js" */
/** @import { Light } from "../model/lighting.js" */
/** @import { Part } from "./parts.js" */

export class Stage {
  /** @param {Session} session */
  constructor(session) {
    this.session = session;
    this.element = make("div", { className: "stage" });
    this.legend = legend(session);
    /** @type {Grid[]} */
    this.grids = [];
    /** @type {Map<Part, HTMLElement>} */
    this.boxes = new Map();
    this.layout = "";
    this.to = 0; // the output channel of the kernels that are drawn
    session.on("model", () => this.draw());
    session.on("time", () => this.step());
    session.on("chosen", () => this.light());
    this.hands = new Hands(this);
    new ResizeObserver(() => this.fit()).observe(this.element);
  }

  // Half of the window is for the grids, the rest for what is done and said about them.
  fit() {
    const bands = bandsOf(this.session.model)
      .map(({ parts }) => this.grids.filter((grid) => parts.includes(grid.part)));
    const cell = cellFor(bands, this.element.clientWidth, Math.max(240, window.innerHeight / 2));
    this.element.style.setProperty("--cell", `${cell}px`);
    this.element.classList.toggle("small", cell < 28); // no room for badges
  }

  draw() {
    const { model } = this.session;
    const layout = JSON.stringify({ ...model.state, input: 0, weight: 0 });
    if (layout !== this.layout) this.build();
    else {
      for (const grid of this.grids) {
        grid.write();
        grid.widen();
      }
    }
    this.layout = layout;
    this.hands.drop();
  }

  // Show what there is after another number of steps.
  step() {
    const still = this.session.model.family === "transposed" ? "weight" : "input";
    for (const grid of this.grids) if (PARTS[grid.part].array !== still) grid.write();
    this.hands.pin(null);
  }

  build() {
    this.to = this.session.to;
    this.grids = [];
    this.boxes.clear();
    this.element.replaceChildren();
    for (const { title, parts } of bandsOf(this.session.model)) {
      if (title) this.element.append(make("p", {}, make("b", {}, title)));
      this.element.append(make("div", { className: "band" }, ...parts.map((part) => {
        const box = make("div", { className: "grids", "data-part": part });
        this.boxes.set(part, box);
        this.fill(part);
        return box;
      })));
    }
    this.fit();
  }

  /** @param {Part} part */
  fill(part) {
    const grids = channelsOf(this.session.model, part, this.to)
      .map((channel) => this.grid(part, channel));
    this.grids.push(...grids);
    this.boxes.get(part)?.replaceChildren(...grids.map((grid) => grid.element));
  }

  /** @param {Part} part @param {number} channel */
  grid(part, channel) {
    const { session, to } = this;
    const { array, count } = PARTS[part];
    const [rows, columns] = session.model.axes;
    const reading = part === "gathered" ? part : "output";
    return new Grid({
      part,
      channel,
      className: array,
      title: captionOf(session.model, part, channel, to),
      rows: rows[count],
      columns: columns[count],
      text: (r, c) => textOf(session.model, session.now,
        sampleAt(session.model, { part, channel }, to, r, c), reading),
      look: (r, c) => lookOf(session.model, part, r, c),
    });
  }

  // Light what the chosen thing reads, feeds or multiplies, and frame what can be dragged.
  light() {
    const { model, chosen, held, lights, to } = this.session;
    if (to !== this.to) this.turnTo(to);
    const still = chosen === held;
    const window = still ? lights : lighting(model, held);
    const won = winner(model, chosen);
    for (const grid of this.grids) {
      const { array } = PARTS[grid.part];
      grid.light(this.cells(grid, lights[array]), (r, c) => this.badge(grid, r, c));
      grid.mark(locate(model, grid, to, chosen));
      const place = won && grid.part === "framed" ? locate(model, grid, to, won) : null;
      grid.crown(place ? place.map((k) => [k]) : [[], []]);
      grid.frame(slides(model, grid.part, held) ? this.cells(grid, window[array]) : [[], []]);
    }
  }

  // The rows and columns of a grid that a light covers.
  /** @param {Grid} grid @param {Light} light @returns {[number[], number[]]} */
  cells(grid, light) {
    const [rows, columns] = this.session.model.axes;
    const { outward } = PARTS[grid.part];
    if (!light.channels.includes(grid.channel)) return [[], []];
    /** @param {Axis} axis @param {number[]} places */
    const on = (axis, places) => places.map((k) => outward(axis, k)).filter((k) => k >= 0);
    return [on(rows, light.rows), on(columns, light.columns)];
  }

  // Show the kernels that lead to another output channel.
  /** @param {number} to */
  turnTo(to) {
    this.to = to;
    this.grids = this.grids.filter((grid) => PARTS[grid.part].array !== "weight");
    for (const part of this.boxes.keys()) if (PARTS[part].array === "weight") this.fill(part);
    this.hands.drop();
  }

  // The weight that a lit cell is multiplied by, or what a stamp adds to it.
  /** @param {Grid} grid @param {number} row @param {number} column */
  badge(grid, row, column) {
    const { model, chosen, now } = this.session;
    if (model.family === "pool") return "";
    const here = sampleAt(model, grid, this.to, row, column);
    if (chosen.array === "output" && grid.part === "framed") {
      return `×${show(weightBetween(model, here, chosen), model.common)}`;
    }
    const place = placeOf(model, chosen); // of a stuffed zero, none: it is no input and no stamp
    const stamps = model.family === "transposed" && chosen.array === "input" && place >= 0;
    if (!stamps || grid.part !== "output") return "";
    if (isAsked(model, here)) return "";
    const added = weightBetween(model, chosen, here) * now.x[place];
    return (added < 0 ? "" : "+") + show(added);
  }

  // The grid of a cell.
  /** @param {HTMLTableCellElement} cell */
  find(cell) {
    return /** @type {Grid} */ (this.grids.find(({ table }) => table.contains(cell)));
  }
}
