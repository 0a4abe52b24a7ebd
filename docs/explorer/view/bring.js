// What a script of its own brings to an explorer, and how it hands it over.

/** @import { Session } from "../session.js" */
/** @import { Own, State } from "../model/settings.js" */
/** @import { Drawing, Grid } from "./grid.js" */

/**
 * @typedef {object} Part
 * @property {HTMLElement} element
 * @property {(open: boolean) => void} [reveal] Told whether somebody can see it.
 *
 * @typedef {(session: Session, host: HTMLElement) => Part} Maker Builds it for one explorer.
 *
 * @typedef {object} Photo A picture of the reader's own.
 * @property {(shape: number[]) => Own} filling
 * @property {(shape: number[]) => string} describe
 * @property {(state: State) => number[]} whole
 *
 * @typedef {object} Makers What each script brings.
 * @property {(drawing: Drawing) => Grid} pixels
 * @property {(file: File) => Promise<Photo | string>} photo
 * @property {() => Record<string, string[]>} pictures
 *
 * @typedef {HTMLScriptElement & { maker?: unknown }} Script
 */

// A page opened from a folder may load no modules: a script leaves what it brings on its element.
/** @param {unknown} maker */
const leave = (maker) => Object.assign(/** @type {Script} */ (document.currentScript), { maker });

/** @param {Maker} maker */
export const bring = (maker) => leave(maker);

// The same for what is no part of its own.
/** @param {Makers[keyof Makers]} maker */
export const lend = (maker) => leave(maker);
