// Numbers for inputs and kernels: a named fill, or an array of the reader's own.

/** @import { Filling } from "./settings.js" */
/** @typedef {(n: number, row: number, column: number) => number} Fill Of the n-th channel. */

const FACE = [0x3c, 0x42, 0xa5, 0x81, 0xa5, 0x99, 0x42, 0x3c]; // eight rows of eight bits

// Park and Miller's "minimal standard" generator; the first draws of small seeds are much alike.
/** @param {number} seed */
function generator(seed) {
  let state = seed;
  const draw = () => (state = (state * 48271) % 2147483647) / 2147483647;
  for (let k = 0; k < 5; k++) draw();
  return draw;
}

/**
 * @typedef {(height: number, width: number, seed: number, signed: boolean) => Fill} Filler
 * @type {Record<string, Filler>}
 */
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
};

/**
 * The value at each place (a, b, row, column) of an array.
 *
 * Numbers of a reader's own are kept where a new shape overlaps the old one, and zero elsewhere.
 * @param {Filling} filling
 * @param {number[]} shape
 * @param {boolean} signed
 * @returns {(a: number, b: number, row: number, column: number) => number}
 */
function valueOf(filling, [, , height, width], signed) {
  if (typeof filling === "string") {
    const [name, seed] = filling.split("-");
    const fill = FILLS[name](height, width, Number(seed), signed);
    return (a, b, r, c) => fill(a + b, r, c);
  }
  const { shape: [outer, inner, rows, columns], values } = filling;
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
