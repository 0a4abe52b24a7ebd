// The matrix of the operation: y = M x, with the flattened vectors beside it.

import { make } from "./grid.js";
import { divisor, terms, unflatten } from "./operations.js";
import { show } from "./words.js";

const WIDE = 540; // pixels for the drawing, where its cells can be that small
const LEGIBLE = 20; // pixels of a cell that has room for a number

// The entries of each row, by column. Max pooling has no matrix of its own, only one for the
// input at hand: it picks each window's first largest sample.
export function entries(model) {
  const { state, output } = model;
  return output.map((largest, k) => {
    const [channel, row, column] = unflatten(model, k, "outputs");
    const entry = new Map();
    for (const { x, w, index } of terms(model, model.x, channel, row, column)) {
      const picked = state.operation !== "max_pool" || (x === largest && !entry.size);
      if (index < 0 || !picked) continue;
      const share = state.operation === "avg_pool" ? 1 / divisor(model, row, column) : w;
      entry.set(index, (entry.get(index) ?? 0) + share);
    }
    return entry;
  });
}

// Prepare a canvas of cells, and give the function that fills one of them.
function sheet(canvas, rows, columns, cell, colour, ink) {
  const sharp = cell >= LEGIBLE ? window.devicePixelRatio : 1;
  [canvas.width, canvas.height] = [columns * cell * sharp, rows * cell * sharp];
  [canvas.style.width, canvas.style.height] = [`${columns * cell}px`, `${rows * cell}px`];
  const pen = canvas.getContext("2d");
  pen.scale(sharp, sharp);
  Object.assign(pen, { font: `${cell * 0.45}px sans-serif`, textAlign: "center",
    textBaseline: "middle" });
  return (row, column, value) => {
    pen.fillStyle = colour;
    pen.fillRect(column * cell, row * cell, cell, cell);
    if (cell < LEGIBLE) return;
    pen.fillStyle = ink;
    pen.fillText(show(value), (column + 0.5) * cell, (row + 0.5) * cell, cell - 2);
  };
}

export class MatrixView {
  // `choose` is told the row (an output) and the column (an input) of the chosen entry.
  constructor(choose) {
    Object.assign(this, { row: 0, column: 0, choose });
    this.canvas = make("canvas", { role: "img" });
    this.vectors = [make("canvas"), make("canvas")];
    this.bars = ["row", "column"].map((name) => make("i", { className: `bar ${name}` }));
    this.caption = make("p");
    this.readout = make("p", { role: "status" });
    this.sliders = ["Output", "Input"].map((ariaLabel, k) => make("input", {
      type: "range", min: 0, ariaLabel,
      oninput: () => choose(...[this.row, this.column].with(k, this.sliders[k].valueAsNumber)),
    }));
    this.turned = make("input", { type: "checkbox", name: "turned", onchange: () => this.draw() });
    this.canvas.onpointermove = this.canvas.onpointerdown = (event) => this.point(event);
    const [left, right] = this.vectors;
    this.element = make("div", {}, this.caption,
      make("label", { className: "control" }, this.turned, "Its transpose"),
      make("div", { className: "equation", tabIndex: 0, role: "group", ariaLabel: "The product" },
        left, "=", make("div", { className: "matrix" }, this.canvas, ...this.bars), "·", right),
      make("label", { className: "control" }, "Output", this.sliders[0]),
      make("label", { className: "control" }, "Input", this.sliders[1]), this.readout);
  }

  // Show a model, or none while nobody can see it.
  show(model) {
    this.model = model;
    if (model) this.rows = entries(model);
    this.draw();
  }

  draw() {
    if (!this.model) return;
    const { rows, model: { state, x, output } } = this;
    const turned = this.turned.checked;
    this.verb = state.operation === "max_pool" ? "pick" : "read";
    const back = new Array(x.length).fill(0);
    rows.forEach((row, r) => row.forEach((w, c) => { back[c] += w * output[r]; }));
    const [result, input] = turned ? [back, output] : [output, x];
    const size = this.size = [result.length, input.length];
    const count = rows.reduce((total, row) => total + row.size, 0);
    this.caption.textContent = `${turned ? "Mᵀ" : "M"} is ${size.join(" × ")} with ${count} entries, `
      + `one for each input that an output ${this.verb}s. `
      + (turned ? "Mᵀ y has the shape of x, and is not x." : "y = M x.")
      + (state.operation === "max_pool" ? " Not linear: this M is for this x." : "");
    this.canvas.ariaLabel = this.caption.textContent;
    const cell = Math.max(1, Math.min(26, Math.floor(WIDE / Math.max(...size))));
    const style = getComputedStyle(this.element);
    const [blue, rose, green, ink] = ["--input", "--weight", "--output", "--on-fill"]
      .map((name) => style.getPropertyValue(name));
    const put = sheet(this.canvas, ...size, cell, rose, ink);
    rows.forEach((row, r) => row.forEach((w, c) => put(...(turned ? [c, r] : [r, c]), w)));
    const colours = turned ? [blue, green] : [green, blue];
    [result, input].forEach((values, k) => {
      const write = sheet(this.vectors[k], values.length, 1, cell, colours[k], ink);
      values.forEach((value, i) => write(i, 0, value));
    });
    this.light(this.row, this.column);
  }

  // The pointer is on an entry.
  point(event) {
    const box = this.canvas.getBoundingClientRect();
    const [down, across] = this.size;
    const at = [((event.clientY - box.top) / box.height) * down,
      ((event.clientX - box.left) / box.width) * across].map(Math.floor);
    if (at.some((k, a) => k < 0 || k >= this.size[a])) return;
    this.choose(...(this.turned.checked ? at.reverse() : at));
  }

  // Light the row of an output and the column of an input.
  light(row, column) {
    const { output, x } = this.model;
    const at = [Math.min(row, output.length - 1), Math.min(column, x.length - 1)];
    [this.row, this.column] = at;
    this.sliders.forEach((slider, k) => {
      Object.assign(slider, { max: [output, x][k].length - 1, value: at[k] });
    });
    const shown = this.turned.checked ? [at[1], at[0]] : at;
    this.bars.forEach((bar, k) => {
      bar.style.setProperty("--at", shown[k] / this.size[k]);
      bar.style.setProperty("--part", 1 / this.size[k]);
    });
    const entry = this.rows[at[0]].get(at[1]);
    const name = this.turned.checked ? "Mᵀ" : "M";
    this.readout.textContent = `${name}[${shown.join(", ")}] = ${show(entry ?? 0)}: output ${at[0]} `
      + `${entry === undefined ? `does not ${this.verb}` : `${this.verb}s`} input ${at[1]}.`;
  }
}
