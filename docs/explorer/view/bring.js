// What a script of its own brings to an explorer, and how it hands it over.

/** @import { Session } from "../session.js" */
/** @import { Filler } from "../model/fills.js" */
/** @import { Picture } from "../model/settings.js" */
/** @import { Drawing, Grid } from "./grid.js" */
/** @import { extra } from "./extra.js" */

/**
 * @typedef {object} Part
 * @property {HTMLElement} element
 * @property {(open: boolean) => void} [reveal] Told whether somebody can see it.
 *
 * @typedef {HTMLElement & { extra: typeof extra }} Host The element of an explorer.
 * @typedef {(session: Session, host: Host) => Part} Maker Builds it for one explorer.
 *
 * @typedef {object} Makers What each script brings.
 * @property {(drawing: Drawing) => Grid} pixels
 * @property {() => Record<string, Filler & Picture>} pictures
 *
 * @typedef {HTMLScriptElement & { maker?: unknown, look?: string }} Script
 */

// A page opened from a folder may load no modules: a script leaves what it brings on its element.
/** @param {unknown} maker @param {string} look */
const leave = (maker, look) =>
  Object.assign(/** @type {Script} */ (document.currentScript), { maker, look });

/** @param {Maker} maker @param {string} [look] What its style sheet says. */
export const bring = (maker, look = "") => leave(maker, look);

// The same for what is no part of its own.
/** @param {Makers[keyof Makers]} maker @param {string} [look] */
export const lend = (maker, look = "") => leave(maker, look);
