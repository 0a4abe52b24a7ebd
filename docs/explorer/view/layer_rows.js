// The layers after each other, a row each: as text that can be changed, and what they come to.

import {
  isFull, KINDS, readLayer, textsOf, thenOf, threaded, writeLayer,
} from "../model/layers.js";
import { OPERATIONS } from "../model/settings.js";
import { centreOf } from "../model/stack.js";
import { button, make, row } from "./dom.js";

/** @import { Session } from "../session.js" */
/** @import { Kind } from "../model/layers.js" */
/** @import { Level } from "../model/stack.js" */

const HEADS = ["Layer", "Output", "Parameters", "MACs", "Receptive field"];

/** @param {number[]} numbers */
const times = (numbers) => numbers.join(" × ");
/** @param {number[]} pair */
const short = (pair) => [...new Set(pair)].join(", ").replaceAll("-", "−");
/** @param {number} count */
const written = (count) => count.toLocaleString("en");

/** @param {string} role @param {...(Node | string)} content */
const cell = (role, ...content) => make("div", { role }, ...content);
const cells = () => HEADS.slice(1).map((head) => make("div", { role: "cell", "data-head": head }));
/** @param {Node[]} all */
const line = (all) => make("div", { role: "row" }, ...all);

/** @param {Level} level */
const figures = ({ shape, parameters, macs, field }) => [
  times(shape), written(parameters), written(macs),
  field ? `${times(field.size)}, step ${short(field.step)}, from ${short(field.start)}, centre ${
    short(centreOf(field))}` : "not the same for all outputs",
];

export class LayerRows {
  /** @param {Session} session @param {string} unique Begins ids. */
  constructor(session, unique) {
    this.session = session;
    this.unique = unique;
    /** @type {Level[]} */
    this.levels = [];
    /** @type {ReturnType<LayerRows["later"]>[]} */
    this.rows = [];
    this.title = make("span");
    this.firstCells = cells();
    this.sums = cells();
    this.fit = button("Let each layer read what comes", () => this.keep(this.texts));
    const kinds = /** @type {Kind[]} */ (Object.keys(KINDS));
    this.adds = row(...kinds.map((kind) => button(`+ ${KINDS[kind].title}`,
      () => this.add(kind), `Add ${KINDS[kind].title}`)), this.fit);
    this.last = line([cell("rowheader", "All"), ...this.sums, cell("cell")]);
    this.table = make("div", { role: "table", ariaLabel: "Layers" },
      line([...HEADS.map((head) => cell("columnheader", head)), cell("cell")]),
      line([cell("rowheader", "1 ", this.title), ...this.firstCells, cell("cell")]), this.last);
    this.element = make("div", {}, this.table, this.adds);
  }

  get texts() {
    return textsOf(this.session.state.then);
  }

  // Go on with other layers, each reading as many channels as come; which others, it is said.
  /** @param {string[]} texts */
  keep(texts) {
    const { out_channels: come } = this.session.state;
    const fitting = threaded(texts, come);
    const notes = fitting.flatMap((text, k) => (text === texts[k] ? []
      : [`Layer ${k + 2} reads what comes: ${texts[k]} is ${text} now.`]));
    this.session.set({ then: thenOf(fitting) }, notes.join(" "));
  }

  // A convolution gives two channels at least: the numbers of one kernel may all be below zero,
  // and after a ReLU nothing would be left.
  /** @param {Kind} kind */
  add(kind) {
    const [come] = this.levels[this.levels.length - 1].shape;
    const channels = kind.startsWith("conv") ? [come, Math.max(2, come)] : [];
    this.keep([...this.texts, [kind, ...channels, KINDS[kind].start].join(" ").trim()]);
  }

  // The row of a later layer, for good: only what is in it changes.
  /** @param {number} k Among the later ones. */
  later(k) {
    const fault = make("small", { className: "fault", id: `${this.unique}-layer-${k}` });
    const field = make("input", { ariaLabel: `Layer ${k + 2}`, spellcheck: false,
      autocapitalize: "off", autocomplete: "off", "aria-describedby": fault.id,
      onchange: () => this.change(k) });
    const up = button("↑", () => this.move(k, -1), `Move layer ${k + 2} up`);
    const down = button("↓", () => this.move(k, 1), `Move layer ${k + 2} down`);
    const away = button("×", () => this.remove(k), `Remove layer ${k + 2}`);
    const own = cells();
    const element = line([cell("rowheader", `${k + 2} `, field, fault), ...own,
      cell("cell", up, down, away)]);
    return { element, field, fault, cells: own, up, down, away };
  }

  // Take what was written, if it is a layer.
  /** @param {number} k */
  change(k) {
    const { field, fault } = this.rows[k];
    const layer = readLayer(field.value);
    if (typeof layer !== "string") return this.keep(this.texts.with(k, writeLayer(layer)));
    fault.textContent = layer;
    this.session.say(`Layer ${k + 2}: ${layer}.`);
    field.ariaInvalid = "true";
  }

  /** @param {number} k @param {number} by */
  move(k, by) {
    const { texts } = this;
    this.keep(texts.with(k, texts[k + by]).with(k + by, texts[k]));
    const { up, down } = this.rows[k + by];
    const again = by < 0 ? up : down;
    (again.disabled ? (by < 0 ? down : up) : again).focus();
  }

  /** @param {number} k */
  remove(k) {
    this.keep(this.texts.toSpliced(k, 1));
    const next = this.rows[Math.min(k, this.rows.length - 1)];
    (next?.away ?? this.adds.querySelector("button"))?.focus();
  }

  /** @param {Level[]} levels */
  update(levels) {
    this.levels = levels;
    const { texts } = this;
    while (this.rows.length > texts.length) this.rows.pop()?.element.remove();
    while (this.rows.length < texts.length) {
      this.rows.push(this.later(this.rows.length));
      this.last.before(this.rows[this.rows.length - 1].element);
    }
    this.title.textContent = OPERATIONS[this.session.state.operation].title;
    this.fill(this.firstCells, figures(levels[0]));
    this.rows.forEach(({ field, fault, cells: own, up, down }, k) => {
      const level = levels[k + 1];
      field.value = texts[k];
      field.ariaInvalid = level.fault ? "true" : null;
      fault.textContent = level.fault;
      this.fill(own, level.fault ? own.map(() => "") : figures(level));
      up.disabled = !k;
      down.disabled = k === texts.length - 1;
    });
    this.sum();
    for (const add of this.adds.querySelectorAll("button")) add.disabled = isFull(texts);
    this.fit.disabled = false;
    this.fit.hidden = thenOf(threaded(texts, this.session.state.out_channels)) === thenOf(texts);
  }

  sum() {
    /** @param {"parameters" | "macs"} name */
    const total = (name) => written(this.levels.reduce((sum, level) => sum + level[name], 0));
    this.fill(this.sums, ["", total("parameters"), total("macs"), ""]);
  }

  /** @param {HTMLElement[]} all @param {string[]} texts */
  fill(all, texts) {
    all.forEach((one, k) => { one.textContent = texts[k]; });
  }
}
