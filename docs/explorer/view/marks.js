// Outlines over a picture: what is lit, what can be dragged, and what won.

import { make } from "./dom.js";

// The runs of neighbours among places: first and count.
/** @param {number[]} places @returns {[number, number][]} */
export function runs(places) {
  /** @type {[number, number][]} */
  const found = [];
  for (const place of places.toSorted((a, b) => a - b)) {
    const last = found.at(-1);
    if (last && last[0] + last[1] === place) last[1] += 1;
    else found.push([place, 1]);
  }
  return found;
}

/** @typedef {"lit" | "framed" | "won"} Mark */

export class Marks {
  /** @param {number} rows @param {number} columns */
  constructor(rows, columns) {
    this.size = [rows, columns];
    this.element = make("canvas", { className: "marks", ontransitionend: () => this.draw() });
    /** @type {Record<Mark, number[][]>} */
    this.places = { lit: [[], []], framed: [[], []], won: [[], []] };
    this.waiting = false;
  }

  /** @param {number} row @param {number} column */
  frames(row, column) {
    const [rows, columns] = this.places.framed;
    return rows.includes(row) && columns.includes(column);
  }

  // All marks of a change are drawn at once, in the frame that shows them.
  /** @param {Mark} mark @param {number[][]} places Rows and columns. */
  put(mark, places) {
    if (String(places) === String(this.places[mark])) return;
    this.places[mark] = places;
    if (!this.waiting) requestAnimationFrame(() => this.draw());
    this.waiting = true;
  }

  draw() {
    this.waiting = false;
    const { element, places, size: [rows, columns] } = this;
    const { clientWidth: width, clientHeight: height } = element;
    const sharp = devicePixelRatio;
    Object.assign(element, { width: width * sharp, height: height * sharp }); // and clear it
    const pen = element.getContext("2d");
    if (!pen || !width) return;
    pen.scale(sharp, sharp);
    const { color, outlineColor } = getComputedStyle(element);
    const [across, down] = [width / columns, height / rows];
    /** @param {Mark} mark @param {number} wide */
    const outline = (mark, wide) => {
      pen.lineWidth = wide;
      for (const [r, tall] of runs(places[mark][0])) {
        for (const [c, broad] of runs(places[mark][1])) {
          pen.strokeRect(c * across, r * down, broad * across, tall * down);
        }
      }
    };
    for (const [colour, more] of /** @type {const} */ ([[outlineColor, 2], [color, 0]])) {
      pen.strokeStyle = colour;
      outline("lit", 1 + more);
      outline("framed", 2 + more);
      outline("won", 1 + more);
    }
  }
}
