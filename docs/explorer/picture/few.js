// The many colours of a picture, with the edges of its letters, as few.

/** @param {number} colour */
const parts = (colour) => [colour & 255, (colour >> 8) & 255, (colour >> 16) & 255];

// How far two colours are apart, at most in red, green or blue.
/** @param {number[]} one @param {number[]} other */
const apart = (one, other) => Math.max(Math.abs(one[0] - other[0]), Math.abs(one[1] - other[1]),
  Math.abs(one[2] - other[2]));

// Few enough colours that none of all is far from them, common ones first; and for each of all the
// number, from 1, of the nearest.
/** @param {Map<number, number>} counts @param {number} room */
export function reduced(counts, room) {
  const all = [...counts].sort(([, a], [, b]) => b - a).map(([colour]) => parts(colour));
  /** @type {number[][]} */
  let colours = all;
  for (let reach = 2; colours.length > room; reach += 2) {
    colours = [];
    for (const colour of all) {
      if (colours.every((other) => apart(colour, other) > reach)) colours.push(colour);
      if (colours.length > room) break;
    }
  }
  const numbers = new Map([...counts.keys()].map((colour) => {
    const far = colours.map((other) => apart(parts(colour), other));
    return [colour, far.indexOf(Math.min(...far)) + 1];
  }));
  return { colours, numbers };
}
