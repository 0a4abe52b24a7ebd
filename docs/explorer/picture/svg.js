// A picture of what an explorer shows, as SVG that needs nothing else: no style sheet, no font of
// its own. It is drawn from a session and not from a document, so that it can be any step's.

import { range } from "../model/geometry.js";
import { winner } from "../model/lighting.js";
import { textOf } from "../model/samples.js";
import { pytorch, sentence, sum } from "../model/words.js";
import { badgeOf, covered, locate, lookOf, PARTS, sampleAt } from "../view/parts.js";
import { CELL, layout, LINE, MARGIN, STEP } from "./layout.js";
import { ROUND, sumLines, sumReserve } from "./sum.js";
import { nameOf } from "./words.js";

/** @import { Sample } from "../model/samples.js" */
/** @import { Session } from "../session.js" */
/** @import { Placed } from "./layout.js" */
/** @import { Piece } from "./sum.js" */

/**
 * @typedef {"input" | "weight" | "output" | "on-fill" | "ink" | "quiet" | "line" | "ground"} Paint
 * @typedef {Record<Paint, number[]>} Colours Red, green and blue of each.
 * @typedef {"model" | "now" | "chosen" | "lights" | "to" | "total" | "state" | "text"} Needed
 * @typedef {Pick<Session, Needed>} Shown
 */

const PALE = 0.22; // of its colour, in a cell that is not lit
const SUM_LINE = 26;
const FAINT = 0.6; // a term of padding
const HATCH = 9; // from stroke to stroke
const SIZE = 14.4; // of the numbers

/** @param {number[]} colour */
const hex = (colour) =>
  `#${colour.map((part) => Math.round(part).toString(16).padStart(2, "0")).join("")}`;

/** @param {string} text */
const escaped = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

/**
 * @param {string} tag
 * @param {Record<string, string | number | undefined>} attributes
 * @param {string} [text]
 */
function element(tag, attributes, text) {
  const given = Object.entries(attributes).filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}="${value}"`).join("");
  return text === undefined ? `<${tag}${given}/>` : `<${tag}${given}>${escaped(text)}</${tag}>`;
}

/**
 * @param {Shown} shown
 * @param {Placed} grid
 * @param {Colours} colours
 * @param {number} r
 * @param {number} c
 * @param {boolean} lit
 */
function cell(shown, grid, colours, r, c, lit) {
  const { model, now, to } = shown;
  const { part, width } = grid;
  const [x, y] = [grid.x + c * (width + STEP), grid.y + r * (CELL + STEP)];
  const full = colours[PARTS[part].array];
  const pale = colours.ground.map((back, k) => back + PALE * (full[k] - back));
  const look = lookOf(model, part, r, c);
  const dashed = look === "pad" || look === "beyond";
  const inset = dashed ? 0.5 : 0; // a dashed edge lies inside its cell
  const text = textOf(model, now, sampleAt(model, grid, to, r, c),
    part === "gathered" ? part : "output");
  const size = Math.min(SIZE, (width - 4) / text.length / 0.6);
  const badge = lit ? badgeOf(shown, grid, r, c) : "";
  const fill = hex(colours[lit ? "on-fill" : look === "pad" ? "quiet" : "ink"]);
  return element("rect", {
    class: `${lit ? "lit " : ""}${look}`.trim() || undefined,
    x: x + inset, y: y + inset, width: width - 2 * inset, height: CELL - 2 * inset, rx: 2,
    fill: lit ? hex(full) : dashed ? "none" : hex(pale),
    stroke: dashed ? hex(colours.line) : undefined, "stroke-dasharray": dashed ? 3 : undefined,
  }) + (look === "unread" ? hatch(x, y, width, colours) : "") + (text ? element("text", {
    x: x + width / 2, y: y + (badge ? 20 : 23), fill,
    "font-size": size < SIZE ? size.toFixed(1) : undefined,
  }, text) : "") + (badge ? element("text", {
    class: "badge", x: x + width - 2, y: y + CELL - 3, fill, "font-size": 10, "text-anchor": "end",
  }, badge) : "");
}

// Strokes across a cell that nobody reads.
/** @param {number} x @param {number} y @param {number} width @param {Colours} colours */
function hatch(x, y, width, colours) {
  const strokes = range(Math.ceil((width + CELL) / HATCH)).map((k) => {
    const [from, to] = [Math.max(0, k * HATCH - CELL), Math.min(width, k * HATCH)];
    return `M${x + from} ${y + k * HATCH - from}L${x + to} ${y + k * HATCH - to}`;
  });
  return element("path", { class: "hatch", d: strokes.join(""), stroke: hex(colours.ink),
    "stroke-opacity": 0.35 });
}

// The cells of a grid, and last the marks of some.
/** @param {Shown} shown @param {Placed} grid @param {Colours} colours */
function cells(shown, grid, colours) {
  const [down, across] = covered(shown.model, grid, shown.lights).map((places) => new Set(places));
  const all = range(grid.rows).flatMap((r) => range(grid.columns).map((c) =>
    cell(shown, grid, colours, r, c, down.has(r) && across.has(c))));
  /** @param {string} name @param {Sample | null} sample @param {number} out @param {Paint} paint */
  const mark = (name, sample, out, paint) => {
    const place = sample && locate(shown.model, grid, shown.to, sample);
    if (place) {
      all.push(element("rect", { class: name, x: grid.x + place[1] * (grid.width + STEP) - out,
        y: grid.y + place[0] * (CELL + STEP) - out, width: grid.width + 2 * out,
        height: CELL + 2 * out, rx: 2, fill: "none", stroke: hex(colours[paint]),
        "stroke-width": paint === "ground" ? 2 : 3 }));
    }
  };
  if (grid.part === "framed") {
    mark("won edge", winner(shown.model, shown.chosen), -1, "ground");
    mark("won", winner(shown.model, shown.chosen), -3, "ink");
  }
  mark("chosen", shown.chosen, 1.5, "ink");
  return all.join("");
}

/** @param {Placed} grid @param {Colours} colours */
const caption = ({ caption: all, x, y }, colours) => all.map((text, k) => element("text", {
  class: "caption", x, y: y - 6 - LINE * (all.length - 1 - k), fill: hex(colours.quiet),
  "font-size": 12.8, "text-anchor": "start" }, text)).join("");

/** @param {Piece} piece @param {number} y @param {Colours} colours */
function written({ text, chip, faint, x, width }, y, colours) {
  const opacity = faint ? FAINT : undefined;
  const box = { x: MARGIN + x, y, width, height: 20, rx: 3, opacity };
  return (chip ? element("rect", { ...box, fill: hex(colours[chip]) }) : "") + element("text", {
    x: MARGIN + x + (chip ? ROUND : 0), y: y + 14.5, opacity, "xml:space": "preserve",
    fill: hex(colours[chip ? "on-fill" : "ink"]) }, text);
}

// The state, the step and what is chosen, in words and in PyTorch.
/** @param {Shown} shown */
function description({ model, now, chosen, lights, total }) {
  const text = textOf(model, now, chosen);
  const { open, between, close, terms } = sum(model, now.x, chosen);
  const products = terms.map(({ x, w }) => (w ? `${x}·${w}` : x)).join(between);
  const whole = chosen.array === "output" && text ? `${text} = ${open}${products}${close}\n` : "";
  return `Step ${now.time} of ${total}. ${sentence(model, chosen, lights, text)}\n${whole}`
    + pytorch(model);
}

/** @param {Shown} shown @param {Colours} colours */
export function picture(shown, colours) {
  const { model, now, chosen } = shown;
  const { grids, titles, width, bottom } = layout(model, shown.to);
  const room = width - 2 * MARGIN;
  const reserve = chosen.array === "output" ? sumReserve(model, room) : 0;
  const height = bottom + reserve * SUM_LINE + (reserve ? MARGIN / 2 : 0);
  const sums = sumLines(model, now.x, chosen, textOf(model, now, chosen), room);
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" width="${width}" height="${height}"`
      + ` viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif">`,
    element("title", {}, nameOf(shown)),
    element("desc", {}, description(shown)),
    element("rect", { class: "ground", width, height, fill: hex(colours.ground) }),
    ...titles.map(({ text, x, y }) => element("text", { class: "title", x, y, "font-weight": "bold",
      fill: hex(colours.ink), "font-size": SIZE }, text)),
    ...grids.map((grid) => `<g class="${grid.part}" text-anchor="middle" font-size="${SIZE}">`
      + `${caption(grid, colours)}${cells(shown, grid, colours)}</g>`),
    `<g class="sum" font-family="ui-monospace, monospace" font-size="13">`
      + `${sums.map((pieces, k) => pieces.map((piece) =>
        written(piece, bottom + k * SUM_LINE, colours)).join("")).join("")}</g></svg>`,
  ].join("\n");
  return { svg, width, height };
}
