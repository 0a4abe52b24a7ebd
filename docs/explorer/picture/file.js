// From a drawing to pixels, and from there to a file on the reader's machine.

import { make } from "../view/dom.js";

/** @param {{ svg: string, width: number, height: number }} drawn @param {number} scale */
export async function painted({ svg, width, height }, scale) {
  const canvas = make("canvas", { width: width * scale, height: height * scale });
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  if (!pen) throw new Error("no canvas to draw on");
  // An address that holds all: a page from a folder may read no other picture back.
  const image = make("img", { src: `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}` });
  await image.decode();
  pen.drawImage(image, 0, 0, canvas.width, canvas.height);
  return { canvas, pen };
}

/** @param {Blob} file @param {string} download */
export function save(file, download) {
  const href = URL.createObjectURL(file);
  make("a", { href, download }).click();
  setTimeout(() => URL.revokeObjectURL(href), 60000); // a slow disk may still be reading
}
