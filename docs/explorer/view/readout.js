// The chosen cell in words, the sum of an output, and where the sizes come from.

import { textOf } from "../model/samples.js";
import { AXES } from "../model/settings.js";
import { sentence, sizeFormula, sum } from "../model/words.js";
import { make } from "./dom.js";

/** @import { Session } from "../session.js" */

const TERM = 70; // pixels
const WIDE = 700; // of an explorer that is not on the page yet

/** @param {string} className @param {...(Node | string)} content */
const piece = (className, ...content) => make("span", { className }, ...content);

export class Readout {
  /** @param {Session} session */
  constructor(session) {
    this.session = session;
    this.text = make("p", { className: "readout" });
    this.note = make("p", { className: "note" });
    // The one voice: what goes by in play is not read out.
    this.element = make("div", { className: "voice", role: "status" }, this.note, this.text);
    this.sum = make("p", { className: "sum", tabIndex: 0, role: "group", ariaLabel: "The sum" });
    this.sizes = make("div", { className: "sizes" });
    /** @type {number | undefined} */
    this.room = undefined; // to ask for it is to wait for a layout
    new ResizeObserver(() => {
      this.room = this.sum.clientWidth;
      this.size();
    }).observe(this.sum);
    session.on("model", () => this.size());
    session.on("chosen", () => this.update());
    session.on("note", () => { this.note.textContent = session.note; });
    session.on("playing", () => { this.element.ariaLive = session.playing ? "off" : "polite"; });
  }

  size() {
    const { model } = this.session;
    const { kernel_size: [height, width], in_channels: ins, groups } = model.state;
    const terms = height * width * (model.family === "pool" ? 1 : ins / groups);
    this.room ??= this.sum.clientWidth;
    const lines = Math.min(3, Math.ceil((terms * TERM) / (this.room || WIDE)));
    this.sum.style.setProperty("--lines", String(lines * (model.family === "pool" ? 1 : 1.65)));
    this.sizes.replaceChildren(...AXES.map((name, a) => {
      const [symbols, numbers, remark] = sizeFormula(model, a);
      return make("p", {}, `Output ${name} = ${symbols} = `, make("b", {}, numbers), " = ",
        make("b", {}, model.axes[a].outputs), remark);
    }));
  }

  update() {
    const { model, now, chosen, lights } = this.session;
    const text = textOf(model, now, chosen);
    this.text.textContent = sentence(model, chosen, lights, text);
    this.sum.replaceChildren();
    if (chosen.array === "output" && text) this.add(text);
  }

  // Write the sum of the chosen output.
  /** @param {string} text */
  add(text) {
    const { model, now, chosen } = this.session;
    const { open, between, close, terms, bias } = sum(model, now.x, chosen);
    this.sum.append(piece("output", text), ` = ${open}`);
    terms.forEach(({ x, w, product, padding }, k) => {
      const factors = w ? [piece("input", x), "·", piece("weight", w)] : [piece("input", x)];
      this.sum.append(k ? between : "", piece(padding ? "term padding" : "term",
        piece("factors", ...factors), product && piece("product", ` = ${product}`)));
    });
    this.sum.append(terms.length || open ? close : bias ? "" : "0");
    if (bias) this.sum.append(terms.length ? " + " : "", piece("bias", bias));
  }
}
