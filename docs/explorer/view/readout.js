// The chosen cell in words, the sum of an output, and where the sizes come from.

import { textOf } from "../model/samples.js";
import { AXES } from "../model/settings.js";
import { spread } from "../model/spread.js";
import { sentence, sizeFormula, sum, sumParts } from "../model/words.js";
import { make } from "./dom.js";

/** @import { Lent, Session } from "../session.js" */

const TERM = 70; // pixels
const STRETCH = 128; // parts of a sum that are laid out together, once they are in sight

/** @param {string} className @param {...(Node | string)} content */
const piece = (className, ...content) => make("span", { className }, ...content);

// What stands around the texts of a part of a sum.
/** @param {string} kind @param {Text[]} leaves */
function around(kind, [x, w, product]) {
  if (!kind.startsWith("term")) return kind ? piece(kind, x) : x;
  return piece("term", piece("factors", piece("input", x), ...(w ? ["·", piece("weight", w)] : [])),
    ...(w ? [piece("product", product)] : []));
}

export class Readout {
  /** @param {Session} session */
  constructor(session) {
    this.session = session;
    this.text = make("p", { className: "readout" });
    this.note = make("p", { className: "note" });
    // The one voice: what goes by in play is not read out.
    this.element = make("div", { className: "voice", role: "status" }, this.note, this.text);
    this.sum = make("p", { className: "sum", tabIndex: 0, role: "group", ariaLabel: "The sum" });
    this.shape = ""; // what kind of part each of the sum is, and of how many texts
    /** @type {Text[][]} */
    this.leaves = [];
    this.sizes = make("div", { className: "sizes" });
    /** @type {number | undefined} */
    this.room = undefined; // to ask for it is to wait for a layout
    new ResizeObserver(() => {
      this.room = this.sum.clientWidth;
      this.size();
    }).observe(this.sum);
    session.on("model", () => this.size());
    session.on("chosen", () => this.update());
    session.on("lent", () => this.tell(/** @type {Lent} */ (session.lent)));
    session.on("note", () => { this.note.textContent = session.note; });
    session.on("playing", () => { this.element.ariaLive = session.playing ? "off" : "polite"; });
  }

  size() {
    const { model } = this.session;
    const { kernel_size: [height, width], in_channels: ins, groups } = model.state;
    const terms = height * width * (model.family === "pool" ? 1 : ins / groups);
    this.room ??= this.sum.clientWidth; // 0 while it is not on the page
    const lines = Math.min(3, Math.ceil((terms * TERM) / this.room));
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
    const written = chosen.array === "input" ? spread(model, lights, chosen)
      .flatMap((term, k) => [["", k ? " " : "Adds "], ["term", ...term]])
      : chosen.array === "output" && text ? sumParts(text, sum(model, now.x, chosen)) : [];
    this.tell({ text: sentence(model, chosen, lights, text), parts: written });
  }

  /** @param {Pick<Lent, "text" | "parts">} told */
  tell({ text, parts }) {
    this.text.textContent = text;
    this.write(parts);
  }

  // Elements stay where only what they say has changed: it takes longer to make a hundred anew.
  /** @param {string[][]} parts */
  write(parts) {
    const shape = parts.map(({ length, 0: kind }) => [kind[0], length]).join();
    if (shape !== this.shape) {
      this.shape = shape;
      this.leaves = parts.map(([, ...texts]) => texts.map((text) => new Text(text)));
      const nodes = parts.map(([kind], k) => around(kind, this.leaves[k]));
      this.sum.replaceChildren(...nodes.flatMap((_, k) => (k % STRETCH ? []
        : piece("", ...nodes.slice(k, k + STRETCH)))));
    }
    parts.forEach(([kind, ...texts], k) => {
      const leaves = this.leaves[k];
      leaves[0].parentElement?.classList.toggle("padded", kind === "term padding");
      leaves.forEach((leaf, l) => {
        if (leaf.data !== texts[l]) leaf.data = texts[l];
      });
    });
  }
}
