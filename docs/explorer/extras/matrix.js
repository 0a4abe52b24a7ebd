// The matrix of the operation: y = M x + b, with the flattened vectors beside it.

import { entries, transposed, words } from "../model/matrix.js";
import { show } from "../model/numbers.js";
import { unflatten } from "../model/operations.js";
import { placeOf } from "../model/samples.js";
import { bring } from "../view/bring.js";
import { labelled, make } from "../view/dom.js";
import { sheet } from "../view/sheet.js";
import style from "./matrix.css";

/** @import { Named } from "../model/samples.js" */
/** @import { Session } from "../session.js" */
/** @import { Paint } from "../view/sheet.js" */

const WIDE = 540; // pixels for the drawing, where its cells can be that small

class MatrixView {
  /** @param {Session} session */
  constructor(session) {
    this.session = session;
    this.open = false; // while nobody can see it, nothing is drawn
    this.waiting = false;
    this.row = -1; // the output that was chosen last, if one was
    this.column = -1; // and the input
    this.size = [0, 0];
    /** @type {ReturnType<typeof entries>} */
    this.rows = [];
    /** @type {Record<Named, Paint> | null} */
    this.paints = null; // alike in all themes; to ask for them is to wait for all styles
    this.probe = make("i");
    this.canvas = make("canvas", { role: "img" });
    this.vectors = [make("canvas"), make("canvas"), make("canvas")];
    // Over the matrix two, and one over each vector.
    this.bars = ["row", "column", "row", "row", "row"].map((name) =>
      make("i", { className: `bar ${name}` }));
    this.caption = make("p");
    this.readout = make("p");
    this.sliders = ["Output", "Input"].map((ariaLabel, k) => make("input", {
      type: "range", min: 0, ariaLabel,
      oninput: () => {
        this.session.pin(null);
        this.enter([this.row, this.column].with(k, this.sliders[k].valueAsNumber));
      },
    }));
    this.turned = make("input", { type: "checkbox", name: "turned", onchange: () => this.draw() });
    this.canvas.onpointermove = this.canvas.onpointerdown = (event) => this.point(event);
    session.on("begun", () => { this.row = this.column = -1; });
    const [left, right, bias] = this.vectors.map((canvas, k) =>
      make("div", { className: "matrix" }, canvas, this.bars[2 + k]));
    this.bias = make("span", { className: "bias" }, "+", bias);
    this.element = make("div", {}, this.probe, this.caption, labelled(this.turned, "Its transpose"),
      make("div", { className: "equation", tabIndex: 0, role: "group", ariaLabel: "The product" },
        left, "=", make("div", { className: "matrix" }, this.canvas,
          ...this.bars.slice(0, 2)), "·", right, this.bias),
      labelled("Output", this.sliders[0]), labelled("Input", this.sliders[1]), this.readout);
    session.on("model", () => this.draw());
    session.on("chosen", () => this.follow());
  }

  /** @param {boolean} open */
  reveal(open) {
    this.open = open;
    this.draw();
    this.follow();
  }

  // The colours of the three arrays.
  learn() {
    const computed = getComputedStyle(this.probe);
    /** @param {Named} className */
    const paint = (className) => {
      this.probe.className = `probe ${className}`;
      return { ink: computed.outlineColor, fill: computed.borderTopColor };
    };
    return { input: paint("input"), weight: paint("weight"), output: paint("output") };
  }

  // What the matrix does with an input.
  get verb() {
    return this.session.state.operation === "max_pool" ? "pick" : "read";
  }

  draw() {
    if (!this.open) return;
    const { model } = this.session;
    const { x, output, b } = model;
    const turned = this.turned.checked;
    this.rows = entries(model);
    this.size = turned ? [x.length, output.length] : [output.length, x.length];
    this.bias.hidden = turned || !b.some(Boolean);
    this.describe(this.rows.reduce((total, { columns }) => total + columns.length, 0));
    this.light();
    if (!this.waiting) requestAnimationFrame(() => this.paint());
    this.waiting = true;
  }

  // In the frame that shows it: a canvas that is to write waits for all styles.
  paint() {
    this.waiting = false;
    if (!this.open) return;
    const { rows, size, session: { model } } = this;
    const { x, output, b } = model;
    const turned = this.turned.checked;
    const [result, from] = turned ? [transposed(rows, model), output] : [output, x];
    const cell = Math.max(1, Math.min(26, Math.floor(WIDE / Math.max(...size))));
    const paints = this.paints ??= this.learn();
    sheet(this.canvas, size, cell, paints.weight, (put) =>
      rows.forEach(({ columns, weights }, r) => columns.forEach((c, k) =>
        (turned ? put(c, r, weights[k]) : put(r, c, weights[k])))));
    const added = this.bias.hidden ? []
      : output.map((_, k) => b[unflatten(model, k, "outputs")[0]]);
    [result, from, added].forEach((values, k) => {
      const colour = k === 2 ? "weight" : turned === (k === 0) ? "input" : "output";
      sheet(this.vectors[k], [values.length, 1], cell, paints[colour], (put) =>
        values.forEach((value, i) => put(i, 0, value)));
    });
  }

  /** @param {number} count */
  describe(count) {
    const turned = this.turned.checked;
    const { asked } = this.session.model;
    const text = `${turned ? "Mᵀ" : "M"} is ${this.size.join(" × ")}`
      + (asked?.size
        ? `; of its entries ${count} are shown: those of the outputs that are asked for are not. `
        : ` with ${count} entries, one for each input that an output ${this.verb}s. `)
      + (turned ? "Mᵀ y has the shape of x, and is not x."
        : this.session.model.b.some(Boolean) ? "y = M x + b." : "y = M x.")
      + (this.verb === "pick" ? " Not linear: this M is for this x." : "");
    this.canvas.ariaLabel = this.caption.textContent = text;
  }

  // The pointer is on an entry. As over the grids, it leaves alone what is being typed, and play;
  // and, if it only passes, a pinned cell.
  /** @param {PointerEvent} event */
  point(event) {
    const { session } = this;
    if (event.type === "pointerdown" && session.pinned) session.pin(null);
    if (session.busy) return;
    const box = this.canvas.getBoundingClientRect();
    const [down, across] = this.size;
    const at = [((event.clientY - box.top) / box.height) * down,
      ((event.clientX - box.left) / box.width) * across].map(Math.floor);
    if (at.some((k, a) => k < 0 || k >= this.size[a])) return;
    this.enter(this.turned.checked ? at.reverse() : at);
  }

  // Choose an entry: its output, and here its input too; or only the input.
  /** @param {number[]} at */
  enter([output, input]) {
    if (!this.open) return;
    const { session, session: { model } } = this;
    this.column = input;
    if (output < 0) {
      const [channel, row, column] = unflatten(model, input, "size");
      const [down, across] = model.axes;
      session.choose({ array: "input", channel, to: session.to, row: down.home(row),
        column: across.home(column) });
      return;
    }
    const [channel, row, column] = unflatten(model, output, "outputs");
    session.choose({ array: "output", channel, to: channel, row, column });
  }

  // Light the row of a chosen output, or the column of a chosen input.
  follow() {
    if (!this.open) return;
    const { model, chosen } = this.session;
    const place = placeOf(model, chosen);
    if (place < 0 || chosen.array === "weight") return;
    if (chosen.array === "output") this.row = place;
    else this.column = place;
    this.light();
  }

  light() {
    const { output, x } = this.session.model;
    if (this.row >= output.length) this.row = -1;
    if (this.column >= x.length) this.column = -1;
    const at = [this.row, this.column];
    this.sliders.forEach((slider, k) => {
      Object.assign(slider, { max: [output, x][k].length - 1, value: Math.max(0, at[k]),
        ariaValueText: at[k] < 0 ? "none" : null });
    });
    const shown = this.turned.checked ? [at[1], at[0]] : at;
    this.bars.forEach((bar, k) => { // by turns one of a row and one of a column
      bar.hidden = shown[k % 2] < 0;
      bar.style.setProperty("--at", String(shown[k % 2] / this.size[k % 2]));
      bar.style.setProperty("--part", String(1 / this.size[k % 2]));
    });
    const name = this.turned.checked ? "Mᵀ" : "M";
    this.readout.textContent = words(this.rows, this.session.model, at, this.verb, (value) =>
      `${name}[${shown.join(", ")}] = ${show(value)}`);
  }
}

bring((session) => new MatrixView(session), style);
