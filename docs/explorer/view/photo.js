// A reader's own picture, read at the size of the input, whatever that becomes.

import { range } from "../model/geometry.js";
import { fault } from "../model/limits.js";
import { marked } from "../model/marked.js";
import { boundsOf, LARGEST } from "../model/settings.js";
import { make } from "./dom.js";

/** @import { Own, Picture, State } from "../model/settings.js" */

const KEPT = 512; // pixels of a picture that are kept, along its longer side
const LUMA = [0.299, 0.587, 0.114]; // of red, green and blue, in a grey

/** @param {number} height @param {number} width */
const sizeText = (height, width) => `${Math.round(width)} × ${Math.round(height)} pixels`;

/** @param {CanvasImageSource} image @param {number[]} from @param {number[]} size */
function draw(image, from, [width, height]) {
  const canvas = make("canvas", { width, height });
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  pen.imageSmoothingQuality = "high";
  const [x, y, across, down] = from;
  pen.drawImage(image, x, y, across, down, 0, 0, width, height);
  return { canvas, pen };
}

class Photo {
  /** @param {HTMLImageElement} image @param {string} name */
  constructor(image, name) {
    this.name = name;
    /** @type {[number, number]} */
    this.size = [image.naturalHeight || KEPT, image.naturalWidth || KEPT]; // of a drawing, any
    const [height, width] = this.size;
    const scale = Math.min(1, KEPT / Math.max(height, width));
    const kept = [width, height].map((n) => Math.max(1, Math.round(n * scale)));
    this.kept = draw(image, [0, 0, width, height], kept).canvas;
    /** @type {Own} */
    this.last = { shape: [], values: [] };
  }

  // The middle of the picture that has the proportions of a shape: its corner and its size.
  /** @param {number[]} shape @param {number} height @param {number} width */
  static middle([, , rows, columns], height, width) {
    const scale = Math.min(height / rows, width / columns);
    const [down, across] = [rows * scale, columns * scale];
    return [(width - across) / 2, (height - down) / 2, across, down];
  }

  // Its numbers from 0 to 99: its grey, or red, green and blue.
  /** @param {number[]} shape @returns {number[]} */
  read(shape) {
    if (String(shape) === String(this.last.shape)) return this.last.values;
    const [, channels, height, width] = shape;
    const { pen } = draw(this.kept, this.part(shape), [width, height]);
    const { data } = pen.getImageData(0, 0, width, height);
    const area = height * width;
    const values = range(channels * area).map((k) => {
      const at = 4 * (k % area);
      const bright = channels === 1 ? LUMA.reduce((sum, part, c) => sum + part * data[at + c], 0)
        : data[at + (Math.floor(k / area) % 3)];
      return Math.round((bright * LARGEST) / 255);
    });
    this.last = { shape, values };
    return values;
  }

  /** @param {number[]} shape @returns {Own} */
  filling(shape) {
    return { shape, values: this.read(shape), read: (other) => this.read(other), picture: this };
  }

  /** @type {Picture["mark"]} */
  mark(...where) {
    return marked((shape) => this.read(shape), this, (shape) => this.part(shape), where);
  }

  /** @param {number[]} shape */
  part(shape) {
    return Photo.middle(shape, this.kept.height, this.kept.width);
  }

  // What of it is read.
  /** @param {number[]} shape */
  describe(shape) {
    const [, , across, down] = Photo.middle(shape, ...this.size);
    const [part, all] = [sizeText(down, across), sizeText(...this.size)];
    const read = part === all ? "all of it" : `its middle, ${part}`;
    return `${this.name} has ${all}: the input is ${read}.`;
  }

  // The largest size of an input with the picture's proportions, no larger than the picture.
  /** @param {State} state */
  whole(state) {
    const [height, width] = this.size;
    const most = Math.min(boundsOf("size")[1], Math.max(height, width));
    const sizes = range(most).map((k) => this.size.map((n) =>
      Math.max(1, Math.round((n * (most - k)) / Math.max(height, width)))));
    return sizes.find((size) => !fault({ ...state, size })) ?? state.size;
  }
}

// A picture, or why there is none.
/** @param {File} file @returns {Promise<Photo | string>} */
export async function open(file) {
  const image = new Image();
  const address = URL.createObjectURL(file);
  image.src = address;
  try {
    await image.decode();
    return new Photo(image, file.name);
  } catch {
    return `${file.name} is no picture that this browser can draw.`;
  } finally {
    URL.revokeObjectURL(address);
  }
}
