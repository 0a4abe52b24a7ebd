// A figure that moves, to take along: its steps as an animated GIF, in dark ink on white, with what
// is said of each below it.

import { painted, save } from "../explorer/picture/file.js";
import { Gif } from "../explorer/picture/gif.js";
import { all, find, make } from "./dom.js";

const SHARP = 2; // pixels of the file for one of the page's
const FAMILY = "sans-serif"; // a drawing that stands alone has no font of the page's
const SIZE = 15;
const LINE = 30;
const PACE = 100; // hundredths of a second for a step, as the page plays it
const LOOKS = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-opacity", "opacity",
  "stroke-dasharray", "stroke-linejoin", "stroke-linecap", "font-size", "font-style", "font-weight",
  "text-anchor", "image-rendering"];

/** @typedef {[said: string, style: string]} Step What it says, and what it shows. */

// The drawing with its looks written on it, which a style sheet of the site may hold; in black ink.
// What a part has from the one around it stays unsaid: a marker has it from where it is used.
/** @param {SVGElement} drawing */
function dressed(drawing) {
  const copy = /** @type {SVGElement} */ (drawing.cloneNode(true));
  const dress = copy.querySelectorAll("*");
  drawing.style.color = "black";
  drawing.querySelectorAll("*").forEach((part, number) => {
    const [own, around] = [part, /** @type {Element} */ (part.parentElement)]
      .map((one) => getComputedStyle(one));
    for (const look of LOOKS) {
      const value = own.getPropertyValue(look);
      if (value !== (look === "opacity" ? "1" : around.getPropertyValue(look))) {
        dress[number].setAttribute(look, value);
      }
    }
  });
  drawing.style.color = "";
  return copy;
}

// The drawing as a step shows it, with the sentence below.
/**
 * @param {SVGElement} drawing
 * @param {Step} step
 * @param {{ wide: number, high: number, scale: number, width: number }} room
 */
function drawn(drawing, [said, style], { wide, high, scale, width }) {
  const copy = /** @type {SVGElement} */ (drawing.cloneNode(true));
  const shown = new Set(style.match(/(?<=--m)\d+/g));
  for (const part of copy.querySelectorAll("[class^=motion-]")) {
    if (!shown.has(part.classList[0].replace("motion-", ""))) part.remove();
  }
  copy.setAttribute("transform", `translate(${(width - wide) / 2} 0) scale(${scale})`);
  const words = document.createElementNS(copy.namespaceURI, "text");
  const look = { x: width / 2, y: high + SIZE, "text-anchor": "middle", "font-size": SIZE };
  for (const [name, value] of Object.entries(look)) words.setAttribute(name, String(value));
  words.textContent = said;
  const height = high + LINE;
  const parts = [copy, words].map((part) => new XMLSerializer().serializeToString(part));
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" `
    + `font-family="${FAMILY}"><rect width="100%" height="100%" fill="white"/>${parts.join("")}`
    + "</svg>";
  return { svg, width, height };
}

/** @param {HTMLElement} figure */
async function gif(figure) {
  const picture = /** @type {SVGSVGElement} */ (figure.querySelector("svg.shown"));
  const drawing = dressed(/** @type {SVGElement} */ (figure.querySelector("defs > g")));
  /** @type {Step[]} */
  const steps = JSON.parse(figure.dataset.steps ?? "[]");
  const ruler = /** @type {CanvasRenderingContext2D} */ (make("canvas").getContext("2d"));
  ruler.font = `${SIZE}px ${FAMILY}`;
  const longest = Math.max(...steps.map(([said]) => ruler.measureText(said).width));
  const wide = Number(picture.getAttribute("width"));
  const scale = wide / picture.viewBox.baseVal.width;
  const high = Math.ceil(picture.viewBox.baseVal.height * scale);
  const room = { wide, high, scale, width: Math.max(wide, Math.ceil(longest) + LINE) };
  const file = new Gif(room.width * SHARP, (high + LINE) * SHARP);
  for (const step of steps) {
    // oxlint-disable-next-line no-await-in-loop -- all at once would fill the memory
    const { canvas, pen } = await painted(drawn(drawing, step, room), SHARP);
    const { data } = pen.getImageData(0, 0, canvas.width, canvas.height);
    file.add(new Uint32Array(data.buffer), step === steps.at(-1) ? 2 * PACE : PACE);
  }
  return file.end();
}

// A button for each, after those that lead it.
export function motions() {
  all(document, "figure.motion").forEach((figure, number) => {
    const page = location.pathname.replace(/.*\/(plot_)?|\.html$/g, "");
    const name = (figure.dataset.name ?? `${page} ${number + 1}`).toLowerCase()
      .replace(/[^a-z0-9]+/g, "-");
    const button = make("button", { type: "button", textContent: "Save GIF" });
    button.addEventListener("click", async () => {
      button.disabled = true;
      try {
        save(await gif(figure), `${name}.gif`);
      } catch (error) {
        find(figure, "output").textContent = String(error);
      }
      button.disabled = false;
    });
    find(figure, "[role=group]").append(button);
  });
}
