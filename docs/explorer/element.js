// <conv-explorer state="size=7&stride=2">: the element, its state and its events.

import { Controls, menu } from "./controls.js";
import { make } from "./grid.js";
import { AXES, DEFAULT, fitted } from "./limits.js";
import { MatrixView } from "./matrix.js";
import { Numbers, pixels, Share } from "./numbers.js";
import { OPERATIONS, shapeOf, unflatten, work } from "./operations.js";
import { Player } from "./player.js";
import { PRESETS } from "./presets.js";
import { LARGEST, parse, write } from "./query.js";
import { Stage } from "./stage.js";
import { pytorch, sentence, sizeFormula, sum } from "./words.js";

const STYLE = new URL("explorer.css", document.currentScript.src).href;
let explorers = 0;

class Explorer extends HTMLElement {
  static observedAttributes = ["state"];

  connectedCallback() {
    if (!this.shadowRoot) {
      this.build();
      this.load(this.initial());
      this.follow();
    }
    window.addEventListener("hashchange", this);
  }

  disconnectedCallback() {
    window.removeEventListener("hashchange", this);
    this.player.pause();
  }

  attributeChangedCallback() {
    if (this.shadowRoot) this.load(this.initial());
  }

  initial() {
    return parse(this.getAttribute("state") ?? "") ?? DEFAULT;
  }

  handleEvent() {
    this.follow();
  }

  // A link to a state ends in "#", the element's id, "?" and the state.
  follow() {
    const start = `#${this.id}?`;
    if (!location.hash.startsWith(start)) return;
    const state = parse(location.hash.slice(start.length));
    this.load(state ?? this.initial());
    if (!state) this.say("No state that can exist: here is the default.");
    this.scrollIntoView();
  }

  build() {
    explorers += 1;
    this.id ||= explorers > 1 ? `conv-explorer-${explorers}` : "conv-explorer";
    this.operation = menu(Object.entries(OPERATIONS).map(([name, { title }]) => [name, title]),
      () => this.operate());
    const presets = Object.keys(PRESETS).map((name) => [name, name.replaceAll("_", " ")]);
    this.preset = menu([["", "none"], ...presets], () =>
      this.load(parse(PRESETS[this.preset.value] ?? write(this.state))));
    this.controls = new Controls((state) => this.set(state), this.id);
    this.stage = new Stage();
    this.player = new Player((time) => this.step(time));
    this.numbers = new Numbers((name, value) => this.set({ ...this.state, [name]: value }),
      () => this.takePhoto());
    this.cell = make("input", { type: "number", name: "cell", min: -LARGEST, max: LARGEST,
      onchange: () => this.edit(this.cell.valueAsNumber) });
    this.matrix = new MatrixView((row, column) => this.enter(row, column));
    this.share = new Share();
    this.note = make("p", { className: "note", role: "status" });
    this.readout = make("p", { className: "readout", role: "status" });
    this.terms = make("p", { className: "sum", tabIndex: 0, role: "group", ariaLabel: "The sum" });
    this.sizes = make("div", { className: "sizes" });
    const fold = (title, { element }) => make("details", {}, make("summary", {}, title), element);
    const named = (title, choice) => make("label", { className: "control" }, title, choice);
    const settings = fold("Settings", this.controls);
    settings.open = !this.hasAttribute("compact");
    this.folded = fold("The matrix", this.matrix);
    this.folded.ontoggle = () => {
      this.showMatrix();
      this.choose(this.chosen);
    };
    const body = make("section", { ariaLabel: "Explorer", hidden: true },
      make("div", { className: "row" }, named("Operation", this.operation),
        named("Published", this.preset)),
      settings, this.note, this.stage.element, this.player.element,
      make("div", { className: "row" }, this.readout, named("Number", this.cell)),
      this.terms, this.sizes, fold("Numbers", this.numbers), this.folded,
      fold("PyTorch and link", this.share));
    const reveal = () => { body.hidden = false; }; // not before its style is there
    const style = make("link", { rel: "stylesheet", href: STYLE, onload: reveal, onerror: reveal });
    this.attachShadow({ mode: "open" }).append(style, body);
    this.listen(this.stage.element);
  }

  listen(stage) {
    const on = (type, act) => stage.addEventListener(type, (event) => {
      const cell = event.target.closest("td");
      if (cell) act(cell, event);
    });
    const choose = (cell) => this.choose(this.stage.find(cell).chosen);
    on("pointerover", (cell, event) => {
      if (event.pointerType === "mouse" && !this.pinned) choose(cell);
    });
    on("focusin", choose);
    on("click", (cell) => {
      this.pinned = this.pinned === cell ? null : cell;
      choose(cell);
    });
    on("keydown", (cell, event) => {
      const next = this.stage.find(cell).grid.next(cell, event.key, event.ctrlKey);
      if (event.key === "Escape") this.pinned = null;
      if (next) {
        next.focus();
        event.preventDefault();
      } else if (/^[-\d]$|^Enter$/.test(event.key) && !event.ctrlKey) {
        this.cell.select(); // which takes the key, too
        this.back = cell;
      }
    });
  }

  // Begin anew with a state, at the middle of its output.
  load(state) {
    this.controls.tieIfAlike(state);
    this.chosen = null;
    this.set(state);
  }

  operate() {
    const before = this.state;
    const [state] = fitted({ ...before, operation: this.operation.value });
    const gave = Object.keys(state).slice(1).filter((k) => String(state[k]) !== String(before[k]));
    this.set(state);
    if (gave.length) this.say(`Had to be set back: ${gave.join(", ")}.`);
  }

  set(state) {
    this.state = state;
    this.model = work(state);
    this.stage.show(this.model);
    this.player.reset(this.stage.total);
    this.operation.value = state.operation;
    const text = write(state);
    const same = (name) => write(parse(PRESETS[name])) === text;
    this.preset.value = Object.keys(PRESETS).find(same) ?? "";
    this.controls.update(state);
    this.numbers.update(state, this.model.kind === "pool");
    this.share.code.value = pytorch(this.model);
    this.share.link.value = `${location.href.split("#")[0]}#${this.id}?${text}`;
    if (!this.pinned?.isConnected) this.pinned = null;
    this.say("");
    this.sizes.replaceChildren(...AXES.map((name, a) => {
      const [symbols, numbers, remark] = sizeFormula(this.model, a);
      return make("p", {}, `Output ${name} = ${symbols} = `, make("b", {}, numbers), " = ",
        make("b", {}, this.model.axes[a].outputs), remark);
    }));
    this.showMatrix();
    const stays = this.chosen && this.stage.grids.some((g) => this.stage.locate(g, this.chosen));
    const [row, column] = this.model.axes.map((axis) => (axis.outputs - 1) >> 1);
    this.choose(stays ? this.chosen : { kind: "output", channel: 0, row, column });
  }

  say(text) {
    this.note.textContent = text;
  }

  // So many steps are done: look at what the last one did.
  step(time) {
    this.stage.go(time);
    this.pinned = null;
    this.readout.ariaLive = this.player.timer ? "off" : "polite";
    const [part, count] = this.model.kind === "transposed" ? ["input", "size"] : ["output", "outputs"];
    const [channel, ...place] = unflatten(this.model, Math.max(0, time - 1), count);
    this.choose(this.stage.chosenAt({ part, channel }, ...place));
  }

  choose(chosen) {
    this.chosen = chosen;
    const lights = this.stage.light(chosen);
    const text = this.stage.text(chosen);
    const index = this.stage.index(chosen);
    this.readout.textContent = sentence(this.model, chosen, lights, text);
    this.terms.replaceChildren();
    if (chosen.kind === "output" && text) this.showSum(chosen, text);
    const own = this.own()?.[index];
    Object.assign(this.cell, { disabled: own === undefined, value: own ?? "" });
    const { matrix } = this;
    if (matrix.model !== this.model || index < 0) return;
    if (chosen.kind === "output") matrix.light(index, matrix.column);
    if (chosen.kind === "input") matrix.light(matrix.row, index);
  }

  showSum(chosen, text) {
    const { open, between, close, terms } = sum(this.model, this.stage.x, chosen);
    const span = (className, ...content) => make("span", { className }, ...content);
    this.terms.append(span("output", text), ` = ${open}`);
    terms.forEach(({ x, w, padding }, k) => {
      const factors = w ? [span("input", x), "·", span("weight", w)] : [span("input", x)];
      this.terms.append(k ? between : "", span(padding ? "term padding" : "term", ...factors));
    });
    this.terms.append(terms.length || open ? close : "0");
  }

  showMatrix() {
    this.matrix.show(this.folded.open ? this.model : null);
  }

  // Choose an entry of the matrix.
  enter(output, input) {
    if (!this.matrix.model) return;
    const [channel, row, column] = unflatten(this.model, output, "outputs");
    this.choose({ kind: "output", channel, row, column });
    this.matrix.light(output, input);
  }

  // The numbers that the chosen cell is one of, if a reader may change it.
  own() {
    const { kind } = this.chosen;
    return { weight: this.model.w, input: this.model.x }[kind];
  }

  async takePhoto() {
    const shape = shapeOf(this.state, "input");
    const values = await pixels(this.numbers.photo.files[0], shape).catch(() => null);
    if (values) this.set({ ...this.state, input: { shape, values } });
    else this.say("No picture.");
  }

  edit(value) {
    const index = this.stage.index(this.chosen);
    const name = this.chosen.kind;
    if (!this.own() || index < 0) return;
    const number = Math.max(-LARGEST, Math.min(LARGEST, Math.trunc(value) || 0));
    const values = this.own().with(index, number);
    this.set({ ...this.state, [name]: { shape: shapeOf(this.state, name), values } });
    if (this.back?.isConnected) this.back.focus();
  }
}

customElements.define("conv-explorer", Explorer);
