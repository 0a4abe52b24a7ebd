// The cells of a grid in a picture: with their numbers, or too many for them, as shades.

import { range } from "../model/geometry.js";
import { lighting, winner } from "../model/lighting.js";
import { show } from "../model/numbers.js";
import { numberOf } from "../model/samples.js";
import { runs } from "../view/marks.js";
import { badgeOf, covered, locate, lookOf, PARTS, sampleAt, slides } from "../view/parts.js";
import { mixOf, scaleOf } from "../view/shades.js";
import { element, hex, mixed } from "./ink.js";
import { isPixels } from "./layout.js";

/** @import { Lights } from "../model/lighting.js" */
/** @import { Colours, Paint } from "./ink.js" */
/** @import { Placed } from "./layout.js" */
/** @import { Shown } from "./svg.js" */

const PALE = 0.22; // of its colour, in a cell that is not lit
const HATCH = 9; // from stroke to stroke
const FAINT = { "": 1, pad: 0.43, beyond: 0, unread: 0.67 }; // how much of a shade a look leaves
export const SIZE = 14.4; // of the numbers

/** @typedef {keyof typeof FAINT} Look */

// The ground and the ink that a number's shade has; none has neither.
/** @param {Shown} shown @param {Placed} grid @param {Colours} colours */
function shader({ model }, grid, colours) {
  const { array } = PARTS[grid.part];
  const scale = scaleOf({ input: model.x, weight: model.w, output: model.output }[array]);
  /** @param {number | null | undefined} number */
  return (number) => {
    if (number === null || number === undefined || !Number.isFinite(number)) return null;
    const { zero, hue, part, ink } = mixOf(scale, number);
    const names = /** @type {Paint[]} */ ([hue, zero, ink]);
    const [over, under, own] = names.map((name) => colours[name]);
    return { fill: mixed(over, part, under), ink: own };
  };
}

// Strokes across a cell that nobody reads.
/** @param {Placed} grid @param {number} x @param {number} y @param {Colours} colours */
function hatch({ width, tall }, x, y, colours) {
  const strokes = range(Math.ceil((width + tall) / HATCH)).map((k) => {
    const [from, to] = [Math.max(0, k * HATCH - tall), Math.min(width, k * HATCH)];
    return `M${x + from} ${y + k * HATCH - from}L${x + to} ${y + k * HATCH - to}`;
  });
  return element("path", { class: "hatch", d: strokes.join(""), stroke: hex(colours.ink),
    "stroke-opacity": 0.35 });
}

/** @param {Shown} shown @param {Placed} grid @param {number} row @param {number} column */
const valueAt = ({ model, now, to }, grid, row, column) => numberOf(model, now,
  sampleAt(model, grid, to, row, column), grid.part === "gathered" ? grid.part : "output");

// A function that draws the cell of a row and a column.
/** @param {Shown} shown @param {Placed} grid @param {Colours} colours */
function drawer(shown, grid, colours) {
  const { model } = shown;
  const { part, width, tall, gap } = grid;
  const [numbers, shaded] = [model.state.show !== "shades", model.state.show !== "numbers"];
  const full = colours[PARTS[part].array];
  const shade = shader(shown, grid, colours);
  const common = PARTS[part].array === "weight" ? model.common : 1;
  const framed = slides(model, part)
    ? covered(model, grid, lighting(model, shown.framed)).map((places) => new Set(places)) : [];
  /** @param {number} r @param {number} c @param {boolean} lit */
  return (r, c, lit) => {
    const [x, y] = [grid.x + c * (width + gap), grid.y + r * (tall + gap)];
    const look = lookOf(model, part, r, c);
    const dashed = look === "pad" || look === "beyond";
    const number = valueAt(shown, grid, r, c);
    const found = shaded ? shade(number) : null;
    const ground = lit ? full : dashed ? null : mixed(full, PALE, colours.ground);
    const ink = found?.ink ?? colours[lit ? "on-fill" : look === "pad" ? "quiet" : "ink"];
    const text = numbers ? show(number ?? null, common) : "";
    const size = Math.min(SIZE, (width - 4) / text.length / 0.6);
    const badge = lit && numbers ? badgeOf(shown, grid, r, c) : "";
    const bold = (shaded && lit) || (framed[0]?.has(r) && framed[1].has(c)); // or of the window
    const edge = bold ? { stroke: hex(colours.strong), "stroke-width": 2, inset: 1 }
      : dashed ? { stroke: hex(colours.line), "stroke-dasharray": 3, inset: 0.5 } : { inset: 0 };
    const { inset, ...stroke } = edge; // an edge lies inside its cell
    const fill = found?.fill ?? ground;
    return element("rect", {
      class: `${lit ? "lit " : ""}${look}`.trim() || undefined, x: x + inset, y: y + inset,
      width: width - 2 * inset, height: tall - 2 * inset, rx: 2, fill: fill ? hex(fill) : "none",
      ...stroke,
    }) + (look === "unread" ? hatch(grid, x, y, colours) : "") + (text ? element("text", {
      x: x + width / 2, y: y + (badge ? 20 : 23), fill: hex(ink),
      "font-size": size < SIZE ? size.toFixed(1) : undefined,
    }, text) : "") + (badge ? element("text", {
      class: "badge", x: x + width - 2, y: y + tall - 3, fill: hex(ink), "font-size": 10,
      "text-anchor": "end",
    }, badge) : "");
  };
}

// All cells as shades: one path for each colour, and outlines of what is lit.
/** @param {Shown} shown @param {Placed} grid @param {Colours} colours @param {number[][]} lit */
function pixels(shown, grid, colours, lit) {
  const { x, y, width, tall } = grid;
  const shade = shader(shown, grid, colours);
  /** @type {Map<string, string[]>} */
  const paths = new Map();
  for (const r of range(grid.rows)) {
    for (const c of range(grid.columns)) {
      const look = /** @type {Look} */ (lookOf(shown.model, grid.part, r, c));
      const found = shade(valueAt(shown, grid, r, c));
      if (!found || !FAINT[look]) continue;
      const fill = hex(mixed(found.fill, FAINT[look], colours.ground));
      const path = paths.get(fill) ?? [];
      path.push(`M${x + c * width} ${y + r * tall}h${width}v${tall}h${-width}z`);
      paths.set(fill, path);
    }
  }
  const edge = element("rect", { class: "edge", x: x - 0.5, y: y - 0.5,
    width: grid.columns * width + 1, height: grid.rows * tall + 1, fill: "none",
    stroke: hex(colours.line) });
  /** @param {Paint} paint @param {number} wide */
  const outlines = (paint, wide) => runs(lit[0]).flatMap(([r, high]) =>
    runs(lit[1]).map(([c, broad]) => element("rect", { class: "window", x: x + c * width,
      y: y + r * tall, width: broad * width, height: high * tall, fill: "none",
      stroke: hex(colours[paint]), "stroke-width": wide })));
  const shades = [...paths].map(([fill, path]) =>
    element("path", { fill, d: path.join(""), "shape-rendering": "crispEdges" }));
  return [...shades, edge, ...outlines("ground", 3), ...outlines("strong", 1.5)];
}

// The cells of a grid, and last the marks of some.
/** @param {Shown} shown @param {Placed} grid @param {Colours} colours @param {Lights} lights */
export function cells(shown, grid, colours, lights) {
  const { model } = shown;
  const lit = covered(model, grid, lights);
  const large = isPixels(model, grid.part);
  const [down, across] = lit.map((places) => new Set(places));
  const draw = drawer(shown, grid, colours);
  const all = large ? pixels(shown, grid, colours, lit)
    : range(grid.rows).flatMap((r) => range(grid.columns).map((c) =>
      draw(r, c, down.has(r) && across.has(c))));
  /** @param {string} name @param {[number, number] | null} place @param {number} out
   * @param {Paint} paint @param {number} wide */
  const mark = (name, place, out, paint, wide) => {
    if (!place) return;
    all.push(element("rect", { class: name, x: grid.x + place[1] * (grid.width + grid.gap) - out,
      y: grid.y + place[0] * (grid.tall + grid.gap) - out, width: grid.width + 2 * out,
      height: grid.tall + 2 * out, rx: large ? undefined : 2, fill: "none",
      stroke: hex(colours[paint]), "stroke-width": wide }));
  };
  const won = grid.part === "framed" ? winner(model, shown.chosen) : null;
  const place = won && locate(model, grid, shown.to, won);
  mark("won edge", place, large ? 1 : -1, "ground", 2);
  mark("won", place, large ? 0 : -3, "ink", large ? 1 : 3);
  const chosen = locate(model, grid, shown.to, shown.chosen);
  mark("chosen", chosen, large ? 0.5 : 1.5, "ink", large ? 2 : 3);
  return all.join("");
}
