// What a script of its own brings to an explorer, and how it hands it over.

/** @import { Session } from "../session.js" */

/**
 * @typedef {object} Part
 * @property {HTMLElement} element
 * @property {(open: boolean) => void} [reveal] Told whether somebody can see it.
 *
 * @typedef {(session: Session, host: HTMLElement) => Part} Maker Builds it for one explorer.
 * @typedef {HTMLScriptElement & { maker?: Maker }} Script
 */

// A page opened from a folder may load no modules: a script leaves what it brings on its element.
/** @param {Maker} maker */
export function bring(maker) {
  Object.assign(/** @type {Script} */ (document.currentScript), { maker });
}
