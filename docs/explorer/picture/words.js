// What a picture is called: as a title, and as a file.

import { write } from "../model/query.js";
import { OPERATIONS } from "../model/settings.js";

/** @import { State } from "../model/settings.js" */

// The settings that differ from their defaults, but of a reader's own numbers only that they are.
/** @param {State} state */
const settingsOf = (state) => write(state).split("&")
  .filter((part) => part && !part.startsWith("operation="))
  .map((part) => part.replace(/^(input|weight)=-?\d.*/, "$1=own"));

/** @param {State} state */
export function nameOf(state) {
  const settings = settingsOf(state);
  return OPERATIONS[state.operation].title + (settings.length ? `: ${settings.join(", ")}` : "");
}

/** @param {State} state @param {string} more */
export const fileOf = (state, more) => [state.operation, ...settingsOf(state), more].join("_")
  .replaceAll(/[^\w-]+/g, "-");
