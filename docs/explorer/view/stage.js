// The grids on show: input, kernel and output; of a transposed convolution, both its readings.

import { lighting, winner } from "../model/lighting.js";
import { Cells } from "./cells.js";
import { fold, make } from "./dom.js";
import { drawingOf } from "./drawing.js";
import { extra } from "./extra.js";
import { fitting } from "./fit.js";
import { Hands } from "./hands.js";
import { legend } from "./legend.js";
import {
  badgeOf, bandsOf, channelsOf, covered, crowded, locate, PARTS, slides,
} from "./parts.js";
import { Scales } from "./scales.js";

/** @import { Session } from "../session.js" */
/** @import { Makers } from "./bring.js" */
/** @import { Grid } from "./grid.js" */
/** @import { Part } from "./parts.js" */

export class Stage {
  /** @param {Session} session */
  constructor(session) {
    this.session = session;
    this.element = make("div", { className: "stage" });
    this.legend = legend(session);
    this.scales = new Scales();
    /** @type {Makers["pixels"] | null} */
    this.pixels = null; // makes the grids that are too large for numbers; fetched when it must
    /** @type {Grid[]} */
    this.grids = [];
    /** @type {Map<Part, HTMLElement>} */
    this.boxes = new Map();
    this.layout = "";
    this.to = 0; // the output channel of the kernels that are drawn
    this.hands = new Hands(this);
    session.on("model", () => this.draw());
    session.on("time", () => this.step());
    session.on("chosen", () => this.light());
    // In the frame that shows it, when all is laid out anyway.
    session.on("kept", () => requestAnimationFrame(() =>
      this.grids.forEach((grid) => grid.reveal())));
    session.on("lent", () => this.light(true));
    /** @type {number | undefined} */
    this.width = undefined; // to ask for it is to wait for a layout
    this.single = false;
    new ResizeObserver(() => {
      this.width = this.element.clientWidth;
      this.fit();
    }).observe(this.element);
  }

  // Where both readings have no room, only one of them is open.
  fit() {
    const bands = bandsOf(this.session.model)
      .map(({ parts }) => this.grids.filter((grid) =>
        grid instanceof Cells && parts.includes(grid.part)));
    this.width ??= this.element.clientWidth;
    let found = fitting([bands], this.width);
    const single = !found.fits;
    if (single) found = fitting(bands.map((band) => [band]), this.width);
    for (const reading of this.element.querySelectorAll("details")) {
      if (single !== this.single) reading.open = true;
      reading.name = single ? "reading" : "";
    }
    this.single = single;
    const { cell, fits } = found;
    this.element.style.setProperty("--cell", `${cell}px`);
    this.element.classList.toggle("small", cell < 28); // no room for badges
    return fits;
  }

  draw() {
    const { model } = this.session;
    const layout = JSON.stringify({ ...model.state, input: 0, weight: 0, bias: 0, then: 0 });
    this.scales.measure(model);
    if (layout !== this.layout) this.build();
    else {
      for (const grid of this.grids) {
        grid.write();
        grid.widen();
      }
    }
    this.layout = layout;
  }

  // Show what there is after another number of steps.
  step() {
    const still = this.session.model.family === "transposed" ? "weight" : "input";
    for (const grid of this.grids) if (PARTS[grid.part].array !== still) grid.write();
  }

  build() {
    this.to = this.session.to;
    this.grids = [];
    this.boxes.clear();
    const before = [...this.element.querySelectorAll("details")].map(({ open }) => open);
    this.element.replaceChildren(...bandsOf(this.session.model).map(({ title, parts }, k) => {
      const band = make("div", { className: "band" }, ...parts.map((part) => {
        const box = make("div", { className: "grids", "data-part": part });
        this.boxes.set(part, box);
        this.fill(part);
        return box;
      }));
      return title ? Object.assign(fold(title, band), { open: before[k] ?? true }) : band;
    }));
    this.element.dataset.show = this.session.state.show;
    this.element.append(this.scales.element);
    this.fit();
  }

  /** @param {Part} part */
  fill(part) {
    const { model } = this.session;
    const large = PARTS[part].array !== "weight" && crowded(model);
    if (large && !this.pixels) {
      this.fetch();
      return;
    }
    const grids = channelsOf(model, part, this.to)
      .map((channel) => this.grid(part, channel, large));
    this.grids.push(...grids);
    this.boxes.get(part)?.replaceChildren(...grids.map((grid) => grid.element));
  }

  // Draw again when pictures can be drawn.
  fetch() {
    extra("pixels").then((pixels) => {
      if (this.pixels) return;
      this.pixels = pixels;
      this.build();
      this.light();
    }, (error) => this.session.say(String(error)));
  }

  /** @param {Part} part @param {number} channel @param {boolean} large */
  grid(part, channel, large) {
    const drawing = drawingOf(this, part, channel);
    return large && this.pixels ? this.pixels(drawing)
      : new Cells({ ...drawing, shaded: this.session.state.show !== "numbers" });
  }

  // Light what the chosen thing reads, feeds or multiplies, and frame what can be dragged.
  light(lent = false) {
    const { model, chosen, framed, lights, to } = this.session;
    if (to !== this.to) this.turnTo(to);
    const window = chosen === framed && !lent ? lights : lighting(model, framed);
    const won = lent ? null : winner(model, chosen);
    for (const grid of this.grids) {
      grid.light(covered(model, grid, lights),
        (r, c) => (lent ? "" : badgeOf(this.session, grid, r, c)));
      grid.mark(lent ? null : locate(model, grid, to, chosen));
      const place = won && grid.part === "framed" ? locate(model, grid, to, won) : null;
      grid.crown(place ? place.map((k) => [k]) : [[], []]);
      grid.frame(slides(model, grid.part) ? covered(model, grid, window) : [[], []]);
    }
  }

  // Show the kernels that lead to another output channel.
  /** @param {number} to */
  turnTo(to) {
    this.to = to;
    this.grids = this.grids.filter((grid) => PARTS[grid.part].array !== "weight");
    for (const part of this.boxes.keys()) if (PARTS[part].array === "weight") this.fill(part);
  }

  // The grid of a cell.
  /** @param {Element} cell */
  find(cell) {
    return /** @type {Grid} */ (this.grids.find(({ table }) => table.contains(cell)));
  }
}
