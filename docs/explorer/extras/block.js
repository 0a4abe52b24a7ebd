// Channels as stacked planes: the window is a block through all channels that an output reads.

import { range } from "../model/geometry.js";
import { partners } from "../model/operations.js";
import { bring } from "../view/bring.js";
import { make } from "../view/dom.js";
import style from "./block.css";

/** @import { Light } from "../model/lighting.js" */
/** @import { Named } from "../model/samples.js" */
/** @import { Session } from "../session.js" */

const [SIDE, SHIFT, GAP, LINE] = [110, 22, 46, 16]; // of a plane, from plane to plane, and around
const FINE = 20; // cells to a side that are drawn one by one
const LEAST = 5; // of a weight

/**
 * @param {string} tag
 * @param {Record<string, string | number>} attributes
 * @param {...(Node | string)} all
 */
function svg(tag, attributes, ...all) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...all);
  return element;
}

/**
 * @typedef {object} Stack
 * @property {Named} array
 * @property {number[]} channels From front to back.
 * @property {number[]} size Rows and columns.
 */

class Block {
  /** @param {Session} session */
  constructor(session) {
    this.session = session;
    this.open = false; // while nobody can see it, nothing is drawn
    this.caption = make("p");
    this.drawing = make("div", { className: "block" });
    this.element = make("div", {}, this.caption, this.drawing);
    session.on("chosen", () => this.draw());
  }

  /** @param {boolean} open */
  reveal(open) {
    this.open = open;
    this.draw();
  }

  /** @returns {Stack[]} */
  get stacks() {
    const { model, to } = this.session;
    const { state, axes, family } = model;
    const size = (/** @type {"length" | "taps" | "outputs"} */ count) =>
      axes.map((axis) => axis[count]);
    return [
      { array: "input", channels: range(state.in_channels), size: size("length") },
      ...(family === "pool" ? [] : [{ array: /** @type {Named} */ ("weight"),
        channels: partners(model, to, true), size: size("taps") }]),
      { array: "output", channels: range(state.out_channels), size: size("outputs") },
    ];
  }

  draw() {
    if (!this.open) return;
    let x = 0;
    let tallest = 0;
    const { stacks } = this;
    const common = SIDE / Math.max(...stacks.flatMap(({ size }) => size)); // a cell is a cell
    const parts = stacks.map((stack) => {
      const [rows, columns] = stack.size;
      const cell = stack.array === "weight" ? Math.max(common, LEAST) : common;
      const deep = (stack.channels.length - 1) * SHIFT;
      const [wide, tall] = [columns * cell + deep, rows * cell + deep];
      const part = svg("g", { class: stack.array, transform: `translate(${x}, ${LINE + 4})` },
        ...this.planes(stack, cell), svg("text", { y: -6 }, this.title(stack)));
      x += Math.max(wide, SIDE) + GAP;
      tallest = Math.max(tallest, tall);
      return part;
    });
    this.caption.textContent = this.words();
    const box = [-4, 0, x - GAP + 8, tallest + LINE + 12];
    this.drawing.replaceChildren(svg("svg", { viewBox: box.join(" "), width: box[2],
      role: "img", "aria-label": this.caption.textContent }, ...parts));
  }

  // A plane for each channel, the last one first, and through those that are lit a block.
  /** @param {Stack} stack @param {number} cell */
  planes({ array, channels, size: [rows, columns] }, cell) {
    const light = this.session.lights[array];
    const lit = channels.filter((channel) => light.channels.includes(channel));
    const [top, left, tall, wide] = this.window(light, cell);
    /** @param {number} channel */
    const at = (channel) => channels.indexOf(channel) * SHIFT;
    const planes = channels.toReversed().map((channel) => {
      const shift = at(channel);
      const lines = Math.max(rows, columns) > FINE ? "" : [
        ...range(rows - 1).map((r) => `M0 ${(r + 1) * cell}h${columns * cell}`),
        ...range(columns - 1).map((c) => `M${(c + 1) * cell} 0v${rows * cell}`)].join("");
      return svg("g", { transform: `translate(${shift}, ${shift})` },
        svg("rect", { class: "plane", width: columns * cell, height: rows * cell }),
        svg("path", { class: "lines", d: lines }));
    });
    if (!lit.length || !tall) return planes;
    const windows = lit.toReversed().map((channel) => svg("rect", { class: "window",
      x: left + at(channel), y: top + at(channel), width: wide, height: tall }));
    const [first, last] = [at(lit[0]), at(lit[lit.length - 1])];
    const edges = [[left, top], [left + wide, top], [left, top + tall], [left + wide, top + tall]]
      .map(([x, y]) => `M${x + first} ${y + first}L${x + last} ${y + last}`).join("");
    return [...planes, svg("path", { class: "edges", d: edges }), ...windows];
  }

  // The rectangle about what is lit: top, left, height and width.
  /** @param {Light} light @param {number} cell */
  window({ rows, columns }, cell) {
    const [[top, tall], [left, wide]] = [rows, columns].map((places) => {
      if (!places.length) return [0, 0];
      const first = Math.min(...places);
      return [first * cell, (Math.max(...places) + 1 - first) * cell];
    });
    return [top, left, tall && wide ? tall : 0, wide];
  }

  /** @param {Stack} stack */
  title({ array, channels, size }) {
    const to = array === "weight" ? ` to ${this.session.to}` : "";
    const name = { input: "input", weight: "kernel", output: "output" }[array] + to;
    return `${name}: ${channels.length} × ${size.join(" × ")}`;
  }

  words() {
    const { model, chosen, to } = this.session;
    const { family, state: { kernel_size: taps } } = model;
    if (family === "pool") return "Pooling goes channel by channel: none reads another.";
    if (family === "transposed") {
      const outputs = partners(model, chosen.array === "input" ? chosen.channel : 0, false).length;
      return `An input stamps a block of ${[outputs, ...taps].join(" × ")} outputs: through all`
        + ` ${outputs} channels, each with a kernel of its own.`;
    }
    const inputs = partners(model, to, true);
    const all = inputs.length * taps[0] * taps[1];
    const group = inputs.length < model.state.in_channels ? " of its group" : "";
    return `A cell of output channel ${to} reads a block of ${[inputs.length, ...taps].join(" × ")}`
      + ` inputs, through all channels${group}, by as many weights: ${all} products, one number.`;
  }
}

bring((session) => new Block(session), style);
