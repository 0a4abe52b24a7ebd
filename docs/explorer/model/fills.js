// Numbers for inputs and kernels: a named fill, or an array of the reader's own.

import { FACE, KERNELS, PICTURES } from "./settings.js";

/** @import { Filling, Picture } from "./settings.js" */
/** @typedef {(n: number, row: number, column: number) => number} Fill Of the n-th channel. */
/** @typedef {(height: number, width: number, seed: number, signed: boolean) => Fill} Filler */

// Park and Miller's "minimal standard" generator; the first draws of small seeds are much alike.
/** @param {number} seed */
function generator(seed) {
  let state = seed;
  const draw = () => (state = (state * 48271) % 2147483647) / 2147483647;
  for (let k = 0; k < 5; k++) draw();
  return draw;
}

// Row n of Pascal's triangle, k-th entry.
/** @param {number} n @param {number} k @returns {number} */
const binomial = (n, k) => (k ? (binomial(n, k - 1) * (n - k + 1)) / k : 1);

/** @type {Record<string, Filler & Picture>} */
const drawn = {}; // the pictures that have come

/** @param {Filling} filling */
export const pictureOf = (filling) =>
  (typeof filling === "string" ? drawn[filling] : filling.picture);

/** @param {Record<string, Filler & Picture>} pictures */
export const receive = (pictures) => Object.assign(drawn, pictures);

// Whether a picture has yet to come; zeros stand for it.
/** @param {Filling} filling */
export const lacks = (filling) =>
  typeof filling === "string" && filling in PICTURES && !(filling in drawn);

/** @type {Record<string, Filler>} */
const FILLS = {
  ramp: () => (n, r, c) => n + 2 * r + c,
  ones: () => () => 1,
  zeros: () => () => 0,
  impulse: (height, width) => (_, r, c) => Number(r === height >> 1 && c === width >> 1),
  checkerboard: () => (n, r, c) => (n + r + c) % 2,
  face: (height, width) => (_, r, c) =>
    9 * ((FACE[Math.floor((8 * r) / height)] >> (7 - Math.floor((8 * c) / width))) & 1),
  random: (_height, _width, seed, signed) => {
    const draw = generator(seed);
    return () => (signed ? Math.floor(draw() * 7) - 3 : Math.floor(draw() * 10));
  },
  box: (height, width) => () => 1 / (height * width),
  gaussian: (height, width) => (_, r, c) =>
    (binomial(height - 1, r) * binomial(width - 1, c)) / 2 ** (height + width - 2),
  ...Object.fromEntries(Object.keys(PICTURES).map((name) =>
    [name, (/** @type {Parameters<Filler>} */ ...size) => drawn[name]?.(...size) ?? (() => 0)])),
  ...Object.fromEntries(Object.entries(KERNELS).map(([name, rows]) =>
    [name, () => (/** @type {number} */ _, /** @type {number} */ r, /** @type {number} */ c) =>
      rows[r][c]])),
};

/**
 * The value at each place (a, b, row, column) of an array.
 *
 * A picture is read again at a new shape. Other numbers of a reader's own are kept where it
 * overlaps the old one, and zero elsewhere.
 * @param {Filling} filling
 * @param {number[]} shape
 * @param {boolean} signed
 * @returns {(a: number, b: number, row: number, column: number) => number}
 */
function valueOf(filling, shape, signed) {
  const [, , height, width] = shape;
  if (typeof filling === "string") {
    const [name, seed] = filling.split("-");
    const fill = FILLS[name](height, width, Number(seed), signed);
    return (a, b, r, c) => fill(a + b, r, c);
  }
  const [outer, inner, rows, columns] = filling.read ? shape : filling.shape;
  const values = filling.read?.(shape) ?? filling.values;
  return (a, b, r, c) => (a < outer && b < inner && r < rows && c < columns
    ? values[((a * inner + b) * rows + r) * columns + c] : 0);
}

// The numbers of an array in PyTorch's order. Kernels (signed) draw small signed numbers.
/** @param {Filling} filling @param {number[]} shape @param {boolean} signed */
export function valuesOf(filling, shape, signed) {
  const value = valueOf(filling, shape, signed);
  const [outer, inner, height, width] = shape;
  const all = [];
  for (let a = 0; a < outer; a++) {
    for (let b = 0; b < inner; b++) {
      for (let r = 0; r < height; r++) {
        for (let c = 0; c < width; c++) all.push(value(a, b, r, c));
      }
    }
  }
  return all;
}
