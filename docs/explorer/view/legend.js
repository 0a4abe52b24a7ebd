// What the looks of cells mean, and what can be done with them.

import { range } from "../model/geometry.js";
import { make } from "./dom.js";

/** @import { Session } from "../session.js" */
/** @import { Model } from "../model/operations.js" */

/** @type {[string, string, (model: Model) => boolean][]} Look, meaning, and when it is there. */
const LOOKS = [
  ["input", "input", () => true],
  ["weight", "kernel", ({ family }) => family !== "pool"],
  ["output", "output", () => true],
  ["pad", "no input: padding, or a zero stuffed in", ({ axes }) =>
    axes.some((axis) => axis.length > axis.size)],
  ["input unread", "nobody reads it", ({ axes }) =>
    axes.some(({ unread, size, home }) => range(size).some((i) => unread[home(i)]))],
  ["input won", "the largest of its window", ({ state }) => state.operation === "max_pool"],
];

/** @param {Session} session */
export function legend(session) {
  const items = LOOKS.map(([look, meaning]) => {
    const cell = look === "pad" || look.includes(" ") ? look : `${look} lit`;
    return make("span", {}, make("i", { className: `swatch ${cell}` }), meaning);
  });
  const help = make("span", {}, make("i", { className: "swatch framed" }),
    "Drag the blue frame, or press ▶");
  session.on("model", () => {
    help.hidden = !!session.model.asked; // an exercise has no ▶
    LOOKS.forEach(([, , isThere], k) => { items[k].hidden = !isThere(session.model); });
  });
  return make("p", { className: "legend" }, help, ...items, make("span", {},
    "Point at a cell to see what belongs to it. Click to keep it, again to change its number."));
}
