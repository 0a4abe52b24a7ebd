// What a grid needs to know of the session: its title, and of each cell its number and its look.

import { show } from "../model/numbers.js";
import { numberOf, placeOf, there } from "../model/samples.js";
import { captionOf, lookOf, PARTS, sampleAt } from "./parts.js";

/** @import { Drawing } from "./grid.js" */
/** @import { Part } from "./parts.js" */
/** @import { Stage } from "./stage.js" */

/** @param {Stage} stage @param {Part} part @param {number} channel @returns {Drawing} */
export function drawingOf({ session, scales, to }, part, channel) {
  const { array, count } = PARTS[part];
  const [rows, columns] = session.model.axes;
  const reading = part === "gathered" ? part : "output";
  /** @param {number} r @param {number} c */
  const sample = (r, c) => sampleAt(session.model, { part, channel }, to, r, c);
  /** @param {number} r @param {number} c */
  const number = (r, c) => numberOf(session.model, session.now, sample(r, c), reading);
  return {
    part,
    channel,
    className: array,
    title: captionOf(session.model, part, channel, to),
    rows: rows[count],
    columns: columns[count],
    number,
    place: (r, c) => placeOf(session.model, sample(r, c)),
    there: () => there(session.model, session.now, array, reading),
    text: (r, c) => show(number(r, c) ?? null, array === "weight" ? session.model.common : 1),
    look: (r, c) => lookOf(session.model, part, r, c),
    scale: () => scales.of[array],
  };
}
