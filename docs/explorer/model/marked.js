// A picture in which a reader changed one number: at another shape it is that of all cells whose
// middle lies where it stood, and back at its own of none but itself.

/** @import { Filling, Own, Picture } from "./settings.js" */

/**
 * @param {(shape: number[]) => number[]} all The picture's numbers, where it has not been changed.
 * @param {Picture} picture
 * @param {(shape: number[]) => number[]} part Left, top, width and height of what is read of it.
 * @param {Parameters<Picture["mark"]>} where
 * @returns {Own}
 */
export function marked(all, picture, part, [filling, shape, place, number]) {
  const before = /** @type {Exclude<Filling, string>} */ (filling).read ?? all;
  /** @param {number[]} other @param {number} k Among its cells. */
  const cell = (other, k) => {
    const [, , rows, columns] = other;
    const [left, top, width, height] = part(other);
    const [wide, tall] = [width / columns, height / rows];
    return [left + (k % columns + 0.5) * wide, top + (Math.floor(k / columns) % rows + 0.5) * tall,
      Math.floor(k / (rows * columns)), wide, tall];
  };
  const [x, y, channel, wide, tall] = cell(shape, place);
  const values = before(shape).with(place, number);
  return { picture, shape, values, read: (other) => (String(other) === String(shape) ? values
    : before(other).map((old, k) => {
      const [across, down, from] = cell(other, k);
      return from === channel && 2 * Math.abs(across - x) <= wide && 2 * Math.abs(down - y) <= tall
        ? number : old;
    })) };
}
