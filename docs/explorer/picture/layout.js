// Where everything stands in a picture of an explorer. It depends on the state alone, and on the
// kind of thing that is chosen: from step to step nothing moves.

import { progress, textOf, total } from "../model/samples.js";
import { bandsOf, captionOf, channelsOf, crowded, PARTS, sampleAt } from "../view/parts.js";

/** @import { Model } from "../model/operations.js" */
/** @import { Part } from "../view/parts.js" */

/**
 * @typedef {object} Placed A grid.
 * @property {Part} part
 * @property {number} channel
 * @property {string[]} caption In lines.
 * @property {number} x Of its first cell, like y.
 * @property {number} y
 * @property {number} rows
 * @property {number} columns
 * @property {number} width Of a cell.
 * @property {number} tall
 * @property {number} gap Between two cells.
 *
 * @typedef {object} Layout
 * @property {Placed[]} grids
 * @property {{ text: string, x: number, y: number }[]} titles
 * @property {number} width
 * @property {number} bottom Of the grids.
 */

export const MARGIN = 16;
const CELL = 36;
const ACROSS = 384; // a grid of too many cells for numbers
export const LINE = 17; // from line to line of a caption
const LETTER = 7; // of a caption; what its fonts need at most, as nothing here can measure them
const DIGIT = 9.6;
const LEAST = 420; // room for a sum

// A caption may break after its commas.
/** @param {string} text */
const phrases = (text) => text.split(/(?<=,) /);

/** @param {string} text @param {number} width */
function lines(text, width) {
  /** @type {string[]} */
  const all = [];
  for (const phrase of phrases(text)) {
    const longer = `${all.at(-1)} ${phrase}`;
    if (all.length && longer.length * LETTER <= width) all[all.length - 1] = longer;
    else all.push(phrase);
  }
  return all;
}

// Whether a part has too many cells for numbers, and shows shades alone.
/** @param {Model} model @param {Part} part */
export const isPixels = (model, part) => PARTS[part].array !== "weight" && crowded(model);

// The width of all cells of a part: that of the longest number in the end.
/** @param {Model} model @param {Part} part @param {number} to */
function widthOf(model, part, to) {
  const now = progress(model, total(model));
  const { count } = PARTS[part];
  const [rows, columns] = model.axes.map((axis) => axis[count]);
  let longest = 0;
  for (const channel of channelsOf(model, part, to)) {
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++) {
        const text = textOf(model, now, sampleAt(model, { part, channel }, to, r, c));
        longest = Math.max(longest, text.length);
      }
    }
  }
  return Math.max(CELL, Math.ceil(longest * DIGIT + 6));
}

// How large the cells of a part are.
/** @param {Model} model @param {Part} part @param {number} to */
function cellOf(model, part, to) {
  if (!isPixels(model, part)) return { width: widthOf(model, part, to), tall: CELL, gap: 1 };
  const size = Math.max(...model.axes.map((axis) => axis[PARTS[part].count]));
  const side = Math.max(3, Math.min(12, Math.floor(ACROSS / size)));
  return { width: side, tall: side, gap: 0 };
}

// The grids of one part, beside and below each other, without their places.
/** @param {Model} model @param {Part} part @param {number} to */
function block(model, part, to) {
  const [rows, columns] = model.axes.map((axis) => axis[PARTS[part].count]);
  const { width, tall, gap } = cellOf(model, part, to);
  const channels = channelsOf(model, part, to);
  const captions = channels.map((channel) => captionOf(model, part, channel, to));
  const room = Math.max(columns * (width + gap) - gap,
    ...captions.flatMap(phrases).map((phrase) => phrase.length * LETTER));
  const grids = channels.map((channel, k) =>
    ({ part, channel, rows, columns, width, tall, gap, caption: lines(captions[k], room) }));
  const across = Math.ceil(grids.length / 2);
  return { grids, across, room, height: rows * (tall + gap) - gap };
}

/** @param {Model} model @param {number} to The output channel of the kernels. @returns {Layout} */
export function layout(model, to) {
  /** @type {Layout} */
  const found = { grids: [], titles: [], width: LEAST, bottom: MARGIN };
  for (const { title, parts } of bandsOf(model)) {
    if (title) {
      found.titles.push({ text: title, x: MARGIN, y: found.bottom + LINE });
      found.bottom += 2 * LINE;
    }
    const blocks = parts.map((part) => block(model, part, to));
    const head = LINE * Math.max(...blocks.flatMap(({ grids }) =>
      grids.map(({ caption }) => caption.length)));
    let [x, bottom] = [MARGIN, found.bottom];
    for (const { grids, across, room, height } of blocks) {
      grids.forEach((grid, k) => {
        const y = found.bottom + Math.floor(k / across) * (head + height + MARGIN) + head;
        found.grids.push({ ...grid, x: x + (k % across) * (room + MARGIN), y });
        bottom = Math.max(bottom, y + height + MARGIN);
      });
      x += across * (room + MARGIN);
    }
    found.width = Math.max(found.width, x);
    found.bottom = bottom;
  }
  return found;
}
