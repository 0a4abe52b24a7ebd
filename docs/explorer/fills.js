// Numbers for inputs and kernels: a named fill, or an array of the reader's own.

const FACE = [0x3c, 0x42, 0xa5, 0x81, 0xa5, 0x99, 0x42, 0x3c]; // eight rows of eight bits

// Park and Miller's "minimal standard" generator; the first draws of small seeds are much alike.
function random(seed) {
  let state = seed;
  const draw = () => (state = (state * 48271) % 2147483647) / 2147483647;
  for (let k = 0; k < 5; k++) draw();
  return draw;
}

export const FILLS = {
  ramp: () => (n, r, c) => n + 2 * r + c,
  ones: () => () => 1,
  zeros: () => () => 0,
  impulse: (height, width) => (n, r, c) => Number(r === height >> 1 && c === width >> 1),
  checkerboard: () => (n, r, c) => (n + r + c) % 2,
  face: (height, width) => (n, r, c) =>
    9 * ((FACE[Math.floor((8 * r) / height)] >> (7 - Math.floor((8 * c) / width))) & 1),
  random: (height, width, seed, signed) => {
    const draw = random(seed);
    return () => (signed ? Math.floor(draw() * 7) - 3 : Math.floor(draw() * 10));
  },
};

// `numbers` is "ramp", "random-7" and so on, or {shape, values}; those are kept where a new
// shape overlaps the old one, and zero elsewhere. Kernels (signed = 1) draw small signed numbers.
export function values(numbers, shape, signed) {
  const [outer, inner, height, width] = shape;
  let value;
  if (typeof numbers === "string") {
    const [name, seed] = numbers.split("-");
    const fill = FILLS[name](height, width, Number(seed), signed);
    value = (a, b, r, c) => fill(a + b, r, c);
  } else {
    const old = numbers.shape;
    value = (...at) => (at.every((k, d) => k < old[d])
      ? numbers.values[((at[0] * old[1] + at[1]) * old[2] + at[2]) * old[3] + at[3]] : 0);
  }
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
