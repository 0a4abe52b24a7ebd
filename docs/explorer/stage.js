// The grids on show: input, kernel and output; of a transposed convolution, both its readings.

import { numbersTo } from "./geometry.js";
import { Grid, make } from "./grid.js";
import { lighting } from "./lighting.js";
import { gather, inputAt, padding, partners, scatter, weightAt } from "./operations.js";
import { show } from "./words.js";

// What the cells of each kind of grid are, and how a grid's position along an axis becomes that
// of the chosen thing, and back (-1: it is not on this grid).
const same = (axis, k) => k;
const mirrored = (axis, t) => axis.taps - 1 - t;
const PARTS = {
  framed: ["input", "length", same, same],
  input: ["input", "size", (axis, i) => axis.home(i), (axis, q) => axis.sources[q]],
  kernel: ["weight", "taps", same, same],
  flipped: ["weight", "taps", mirrored, mirrored],
  output: ["output", "outputs", same, same],
  gathered: ["output", "outputs", same, same],
};
const NAMES = { input: "Input", weight: "Kernel", output: "Output" };

export class Stage {
  constructor() {
    this.element = make("div", { className: "stage" });
  }

  // How many steps until all is done: outputs one by one, or inputs one by one.
  get total() {
    const { kind, x, output } = this.model;
    return kind === "transposed" ? x.length : output.length;
  }

  // Show a model, all steps done.
  show(model) {
    const layout = JSON.stringify({ ...model.state, input: 0, weight: 0 });
    this.model = model;
    this.work(this.total);
    if (layout !== this.layout) this.build();
    else {
      for (const grid of this.grids) {
        grid.write();
        grid.widen();
      }
    }
    this.layout = layout;
  }

  // Show what there is after `time` steps.
  go(time) {
    this.work(time);
    const still = this.model.kind === "transposed" ? "weight" : "input";
    for (const grid of this.grids) if (PARTS[grid.part][0] !== still) grid.write();
  }

  work(time) {
    const { model } = this;
    Object.assign(this, { time, x: model.x, output: model.output, gathered: model.output });
    if (model.kind !== "transposed") return;
    this.x = model.x.map((value, k) => (k < time ? value : 0));
    this.output = scatter(model, time);
    this.gathered = gather(model, this.x);
  }

  build() {
    this.to = 0;
    this.grids = [];
    this.element.replaceChildren();
    const { kind } = this.model;
    if (kind === "transposed") {
      this.band("Scatter: inputs stamp the kernel onto the output",
        ["input", "kernel", "output"]);
      this.band("Gather: the flipped kernel slides over the stuffed input",
        ["framed", "flipped", "gathered"]);
    } else this.band("", kind === "pool" ? ["framed", "output"] : ["framed", "kernel", "output"]);
  }

  band(title, parts) {
    if (title) this.element.append(make("p", {}, make("b", {}, title)));
    this.element.append(make("div", { className: "band" }, ...parts.map((part) => {
      const box = make("div", { className: "grids", "data-part": part });
      this.fill(box, part);
      return box;
    })));
  }

  // One grid for each channel; of the kernels, those that lead to one output channel.
  fill(box, part) {
    const { model } = this;
    const { state } = model;
    const [kind] = PARTS[part];
    const channels = { input: numbersTo(state.in_channels), output: numbersTo(state.out_channels),
      weight: partners(model, this.to, true) }[kind];
    box.replaceChildren();
    for (const channel of channels) {
      const grid = this.grid(part, channel, state.in_channels + state.out_channels > 2);
      this.grids.push(grid);
      box.append(grid.element);
    }
  }

  grid(part, channel, several) {
    const { model } = this;
    const [kind, count] = PARTS[part];
    const [rows, columns] = model.axes;
    const stuffed = model.kind === "transposed" && part === "framed";
    const size = (name) => `${rows[name]} × ${columns[name]}`;
    const own = size(stuffed ? "stuffed" : part === "framed" ? "size" : count);
    const name = part === "flipped" ? "Flipped kernel" : stuffed ? "Zero-stuffed input" : NAMES[kind];
    const frame = own === size(count) ? "" : `, in a frame of ${size(count)}`;
    const backwards = part === "kernel" && model.state.operation === "convolve";
    const to = kind === "weight" ? ` to ${this.to}` : "";
    return new Grid({
      part,
      channel,
      kind,
      title: `${name} ${own}${frame}${backwards ? ", read backwards" : ""}${
        several ? `, channel ${channel}${to}` : ""}`,
      rows: rows[count],
      columns: columns[count],
      text: (r, c) => this.text(this.chosenAt({ part, channel }, r, c), part),
      look: (r, c) => (part === "framed" ? this.look(r, c) : ""),
    });
  }

  // Padding, and what lies beyond it, look different, also where they repeat an input.
  look(row, column) {
    const [rows, columns] = this.model.axes;
    if (row >= rows.padded || column >= columns.padded) return "beyond";
    const isHome = (axis, q) => axis.sources[q] >= 0 && axis.home(axis.sources[q]) === q;
    return isHome(rows, row) && isHome(columns, column) ? "" : "pad";
  }

  // What is written for a chosen thing; nothing where time has not come to it yet.
  text(chosen, part = "output") {
    const { model, time } = this;
    const { kind, row, column } = chosen;
    const index = this.index(chosen);
    if (kind === "weight") return show(model.w[index]);
    const timed = (kind === "input") === (model.kind === "transposed");
    if (timed && index >= time) return "";
    if (kind === "output") return show((part === "output" ? this.output : this.gathered)[index]);
    return show(index < 0 ? padding(model, row, column) : model.x[index]);
  }

  // What a cell of a grid stands for.
  chosenAt({ part, channel }, row, column) {
    const [kind, , inward] = PARTS[part];
    const [rows, columns] = this.model.axes;
    return { kind, channel, to: this.to, row: inward(rows, row), column: inward(columns, column) };
  }

  // Where the chosen thing stands in a grid, if it does.
  locate(grid, { kind, channel, to, row, column }) {
    const [own, , , outward] = PARTS[grid.part];
    if (own !== kind || channel !== grid.channel || (kind === "weight" && to !== this.to)) return null;
    const [rows, columns] = this.model.axes;
    const [r, c] = [outward(rows, row), outward(columns, column)];
    return r >= 0 && c >= 0 && r < grid.rows && c < grid.columns ? [r, c] : null;
  }

  // The chosen thing's place among the flat inputs, weights or outputs; -1 for padding.
  index({ kind, channel, to, row, column }) {
    const { model } = this;
    const [rows, columns] = model.axes;
    if (kind === "output") return (channel * rows.outputs + row) * columns.outputs + column;
    return kind === "weight" ? weightAt(model, channel, to, row, column)
      : inputAt(model, channel, row, column);
  }

  // Light what the chosen thing reads, feeds or multiplies, and give the lights.
  light(chosen) {
    const { model } = this;
    const to = { output: chosen.channel, weight: chosen.to }[chosen.kind] ?? this.to;
    if (to !== this.to && model.kind !== "pool") this.turnTo(to);
    const lights = lighting(model, chosen);
    const [rows, columns] = model.axes;
    for (const grid of this.grids) {
      const [kind, , , outward] = PARTS[grid.part];
      const light = lights[kind];
      const on = (axis, places) => places.map((k) => outward(axis, k)).filter((k) => k >= 0);
      const lit = light.channels.includes(grid.channel);
      grid.light(lit ? on(rows, light.rows) : [], lit ? on(columns, light.columns) : [],
        (r, c) => this.badge(grid, chosen, r, c));
      grid.mark(this.locate(grid, chosen));
    }
    return lights;
  }

  // Show the kernels that lead to another output channel.
  turnTo(to) {
    this.to = to;
    this.grids = this.grids.filter((grid) => PARTS[grid.part][0] !== "weight");
    for (const part of ["kernel", "flipped"]) {
      const box = this.element.querySelector(`[data-part=${part}]`);
      if (box) this.fill(box, part);
    }
  }

  // The weight that a lit cell is multiplied by, or what a stamp adds to it.
  badge({ part, channel }, chosen, row, column) {
    const { model } = this;
    if (model.kind === "pool") return "";
    const reads = chosen.kind === "output" && part === "framed";
    const feeds = model.kind === "transposed" && chosen.kind === "input" && part === "output";
    if (!reads && !feeds) return "";
    const [from, to] = reads ? [channel, chosen.channel] : [chosen.channel, channel];
    const taps = [[row, chosen.row], [column, chosen.column]].map(([here, there], a) => {
      const [q, o] = reads ? [here, there] : [there, here];
      return model.axes[a].reads[o].indexOf(q);
    });
    const weight = model.w[weightAt(model, from, to, ...taps)];
    if (reads) return `×${show(weight)}`;
    const added = weight * this.x[this.index(chosen)];
    return (added < 0 ? "" : "+") + show(added);
  }

  // The grid of a table cell, and what the cell stands for.
  find(cell) {
    const grid = this.grids.find(({ table }) => table.contains(cell));
    return { grid, chosen: this.chosenAt(grid, ...grid.place(cell)) };
  }
}
