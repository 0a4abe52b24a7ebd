// Writing an animated GIF, picture by picture. Each holds only what has changed, and the colours
// that it needs.

const ROOM = 255; // colours; one more is no colour: what has not changed

/** @param {number} number */
const short = (number) => [number & 255, number >> 8];

// How many bits tell so many apart.
/** @param {number} count */
const bitsOf = (count) => Math.max(2, Math.ceil(Math.log2(count)));

// Lempel, Ziv and Welch's code, as bytes in blocks.
/** @param {Uint8Array} values @param {number} bits */
function compressed(values, bits) {
  const clear = 1 << bits;
  /** @type {number[]} */
  const bytes = [];
  /** @type {Map<number, number>} */
  const known = new Map();
  let [size, next, buffer, filled] = [bits + 1, clear + 2, 0, 0];
  /** @param {number} code */
  const write = (code) => {
    buffer |= code << filled;
    for (filled += size; filled >= 8; filled -= 8) {
      bytes.push(buffer & 255);
      buffer >>>= 8;
    }
  };
  write(clear);
  let code = values[0];
  for (let k = 1; k < values.length; k++) {
    const key = (code << 8) | values[k];
    const longer = known.get(key);
    if (longer !== undefined) {
      code = longer;
      continue;
    }
    write(code);
    code = values[k];
    if (next === 4096) {
      write(clear);
      known.clear();
      [size, next] = [bits + 1, clear + 2];
    } else {
      if (next === 1 << size) size += 1;
      known.set(key, next);
      next += 1;
    }
  }
  write(code);
  write(clear + 1);
  if (filled) bytes.push(buffer);
  const blocks = [bits];
  for (let k = 0; k < bytes.length; k += 255) {
    const block = bytes.slice(k, k + 255);
    blocks.push(block.length, ...block);
  }
  return [...blocks, 0];
}

// The commonest colours, and for every colour the number of the nearest of them, from 1.
/** @param {Map<number, number>} counts */
function palette(counts) {
  const all = [...counts.keys()].sort((a, b) => Number(counts.get(b)) - Number(counts.get(a)));
  const colours = all.slice(0, ROOM).map((c) => [c & 255, (c >> 8) & 255, (c >> 16) & 255]);
  /** @type {Map<number, number>} */
  const numbers = new Map(all.map((colour, k) => {
    if (k < ROOM) return [colour, k + 1];
    const far = colours.map(([r, g, b]) => Math.abs(r - (colour & 255))
      + Math.abs(g - ((colour >> 8) & 255)) + Math.abs(b - ((colour >> 16) & 255)));
    return [colour, far.indexOf(Math.min(...far)) + 1];
  }));
  return { colours, numbers };
}

export class Gif {
  /** @param {number} width @param {number} height */
  constructor(width, height) {
    this.width = width;
    /** @type {Uint32Array | null} */
    this.before = null;
    /** @type {Uint8Array<ArrayBuffer>[]} */
    this.parts = [];
    this.bytes = 0;
    this.put([...new TextEncoder().encode("GIF89a"), ...short(width), ...short(height), 0, 0, 0,
      33, 255, 11, ...new TextEncoder().encode("NETSCAPE2.0"), 3, 1, 0, 0, 0]); // again and again
  }

  /** @param {number[]} bytes */
  put(bytes) {
    this.parts.push(Uint8Array.from(bytes));
    this.bytes += bytes.length;
  }

  // Add a picture, to be seen for so many hundredths of a second.
  /** @param {Uint32Array} pixels As a canvas has them. @param {number} time */
  add(pixels, time) {
    const { width, before } = this;
    let [left, right, top, bottom] = [width, 0, 0, 0];
    /** @type {Map<number, number>} */
    const counts = new Map();
    for (let k = 0; k < pixels.length; k++) {
      if (before && before[k] === pixels[k]) continue;
      if (!counts.size) top = Math.floor(k / width);
      bottom = Math.floor(k / width);
      left = Math.min(left, k % width);
      right = Math.max(right, k % width);
      counts.set(pixels[k], (counts.get(pixels[k]) ?? 0) + 1);
    }
    if (!counts.size) left = 0; // nothing has changed: one pixel stands for it
    const { colours, numbers } = palette(counts);
    const bits = bitsOf(colours.length + 1);
    const [across, down] = [right - left + 1, bottom - top + 1];
    const values = new Uint8Array(across * down);
    for (let k = 0; k < values.length; k++) {
      const at = (top + Math.floor(k / across)) * width + left + (k % across);
      if (!before || before[at] !== pixels[at]) values[k] = numbers.get(pixels[at]) ?? 0;
    }
    this.put([33, 249, 4, 5, ...short(time), 0, 0, // stay, and 0 is no colour
      44, ...short(left), ...short(top), ...short(across), ...short(down),
      128 + bits - 1, 0, 0, 0, ...colours.flat(),
      ...new Array(3 * ((1 << bits) - 1 - colours.length)).fill(0)]);
    this.put(compressed(values, bits));
    this.before = pixels;
  }

  end() {
    this.put([59]);
    return new Blob(this.parts, { type: "image/gif" });
  }
}
