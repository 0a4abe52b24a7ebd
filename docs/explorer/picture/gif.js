// Writing an animated GIF, picture by picture. Each holds only what has changed, and the colours
// that it needs.

import { reduced } from "./few.js";

const ROOM = 255; // for colours; one more is none: what has not changed

/** @param {number} number */
const short = (number) => [number & 255, number >> 8];

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

// The least rectangle that holds all that has changed: left, top, right, bottom.
/** @param {Uint32Array} before @param {Uint32Array} pixels @param {number} width */
function changed(before, pixels, width) {
  let [left, top, right, bottom] = [width, Infinity, 0, 0];
  for (let start = 0; start < pixels.length; start += width) {
    let first = start;
    let last = start + width - 1;
    while (first <= last && before[first] === pixels[first]) first += 1;
    if (first > last) continue;
    while (before[last] === pixels[last]) last -= 1;
    left = Math.min(left, first - start);
    right = Math.max(right, last - start);
    bottom = start / width;
    top = Math.min(top, bottom);
  }
  return top > bottom ? [0, 0, 0, 0] : [left, top, right, bottom]; // one pixel stands for nothing
}

export class Gif {
  /** @param {number} width @param {number} height */
  constructor(width, height) {
    this.size = [width, height];
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
    const [width, height] = this.size;
    const { before } = this;
    const [left, top, right, bottom] = before ? changed(before, pixels, width)
      : [0, 0, width - 1, height - 1];
    const [across, down] = [right - left + 1, bottom - top + 1];
    /** @type {Map<number, number>} */
    const counts = new Map();
    /** @param {(colour: number) => void} use @param {() => void} pass */
    const each = (use, pass) => {
      for (let row = top; row <= bottom; row++) {
        for (let at = row * width + left; at <= row * width + right; at++) {
          if (before && before[at] === pixels[at]) pass();
          else use(pixels[at]);
        }
      }
    };
    each((colour) => counts.set(colour, (counts.get(colour) ?? 0) + 1), () => {});
    const { colours, numbers } = reduced(counts, ROOM);
    const bits = Math.max(2, Math.ceil(Math.log2(colours.length + 1)));
    const values = new Uint8Array(across * down);
    let k = 0;
    each((colour) => { values[k++] = numbers.get(colour) ?? 0; }, () => { k += 1; });
    this.put([33, 249, 4, 5, ...short(time), 0, 0, // stay, and 0 is no colour
      44, ...short(left), ...short(top), ...short(across), ...short(down),
      128 + bits - 1, ...new Array(3).fill(0), ...colours.flat(),
      ...new Array(3 * ((1 << bits) - 1 - colours.length)).fill(0)]);
    this.put(compressed(values, bits));
    this.before = pixels;
  }

  end() {
    this.put([59]);
    return new Blob(this.parts, { type: "image/gif" });
  }
}
