// What a picture is called: as a title, and as a file.

import { OPERATIONS } from "../model/settings.js";

/** @import { Session } from "../session.js" */
/** @typedef {Pick<Session, "state" | "text">} Named */

const LONGEST = 120; // signs; what file systems take has room for the rest

// The settings that differ from their defaults, but of a reader's own numbers only that they are.
/** @param {string} text */
const settingsOf = (text) => text.split("&")
  .filter((part) => part && !/^(operation|step|cell)=/.test(part))
  .map((part) => part.replace(/^(input|weight)=-?\d.*/, "$1=own"));

/** @param {Named} shown */
export function nameOf({ state, text }) {
  const settings = settingsOf(text);
  return OPERATIONS[state.operation].title + (settings.length ? `: ${settings.join(", ")}` : "");
}

/** @param {Named} shown @param {string} more */
export function fileOf({ state, text }, more) {
  const settings = settingsOf(text).join("_").replaceAll(/[^\w-]+/g, "-").slice(0, LONGEST);
  return [state.operation, settings, more].filter(Boolean).join("_");
}
