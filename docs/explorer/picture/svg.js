// A picture of what an explorer shows, as SVG that needs nothing else: no style sheet, no font of
// its own. It is drawn from a session and not from a document, so that it can be any step's.

import { lighting } from "../model/lighting.js";
import { textOf } from "../model/samples.js";
import { pytorch, sentence, sum } from "../model/words.js";
import { cells, SIZE } from "./cells.js";
import { element, hex } from "./ink.js";
import { layout, LINE, MARGIN } from "./layout.js";
import { ROUND, sumLines, sumReserve } from "./sum.js";
import { nameOf } from "./words.js";

/** @import { Lights } from "../model/lighting.js" */
/** @import { Session } from "../session.js" */
/** @import { Colours } from "./ink.js" */
/** @import { Placed } from "./layout.js" */
/** @import { Piece } from "./sum.js" */

/**
 * @typedef {Pick<Session, "model" | "now" | "chosen" | "framed" | "to" | "total" | "state"
 *   | "text">} Shown
 */

const SUM_LINE = 26;
const PRODUCT = 16; // as much lower than its factors
const FAINT = 0.6; // a term of padding

/** @param {Placed} grid @param {Colours} colours */
const caption = ({ caption: all, x, y }, colours) => all.map((text, k) => element("text", {
  class: "caption", x, y: y - 6 - LINE * (all.length - 1 - k), fill: hex(colours.quiet),
  "font-size": 12.8, "text-anchor": "start" }, text)).join("");

/** @param {Piece} piece @param {number} top @param {Colours} colours */
function written({ text, chip, faint, under, x, width }, top, colours) {
  const y = top + (under ? PRODUCT + 2 : 0);
  const opacity = faint ? FAINT : undefined;
  const box = { x: MARGIN + x, y, width, height: 20, rx: 3, opacity };
  return (chip ? element("rect", { ...box, fill: hex(colours[chip]) }) : "") + element("text", {
    x: MARGIN + x + (chip ? ROUND : 0), y: y + 14.5, opacity, "xml:space": "preserve",
    fill: hex(colours[chip ? "on-fill" : "ink"]) }, text);
}

// The state, the step and what is chosen, in words and in PyTorch.
/** @param {Shown} shown @param {Lights} lights */
function description({ model, now, chosen, total }, lights) {
  const text = textOf(model, now, chosen);
  const { open, between, close, terms, bias } = sum(model, now.x, chosen);
  const products = terms.map(({ x, w }) => (w ? `${x}·${w}` : x)).join(between);
  const all = `${open}${products}${close}${bias && ` + ${bias}`}`;
  const whole = chosen.array === "output" && text ? `${text} = ${all}\n` : "";
  return `Step ${now.time} of ${total}. ${sentence(model, chosen, lights, text)}\n${whole}`
    + pytorch(model);
}

/** @param {Shown} shown @param {Colours} colours */
export function picture(shown, colours) {
  const { model, now, chosen } = shown;
  const lights = lighting(model, chosen); // and not what something else may have borrowed
  const { grids, titles, width, bottom } = layout(model, shown.to);
  const room = width - 2 * MARGIN;
  const reserve = chosen.array === "output" ? sumReserve(model, room) : 0;
  const line = SUM_LINE + (model.family === "pool" ? 0 : PRODUCT);
  const height = bottom + reserve * line + (reserve ? MARGIN / 2 : 0);
  const sums = sumLines(model, now.x, chosen, textOf(model, now, chosen), room);
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" width="${width}" height="${height}"`
      + ` viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif">`,
    element("title", {}, nameOf(shown)),
    element("desc", {}, description(shown, lights)),
    element("rect", { class: "ground", width, height, fill: hex(colours.ground) }),
    ...titles.map(({ text, x, y }) => element("text", { class: "title", x, y, "font-weight": "bold",
      fill: hex(colours.ink), "font-size": SIZE }, text)),
    ...grids.map((grid) => `<g class="${grid.part}" text-anchor="middle" font-size="${SIZE}">`
      + `${caption(grid, colours)}${cells(shown, grid, colours, lights)}</g>`),
    `<g class="sum" font-family="ui-monospace, monospace" font-size="13">`
      + `${sums.map((pieces, k) => pieces.map((piece) =>
        written(piece, bottom + k * line, colours)).join("")).join("")}</g></svg>`,
  ].join("\n");
  return { svg, width, height };
}
