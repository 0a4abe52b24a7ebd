// What is copied: the text of a field, or an address.

import { button } from "./dom.js";

/** @import { Session } from "../session.js" */

// Copy a text, and say so; or say, if the browser does not allow it, what else to do.
/** @param {Session} session @param {string} text @param {string} done @param {string} otherwise */
export async function copy(session, text, done, otherwise) {
  const copied = navigator.clipboard?.writeText(text) ?? Promise.reject();
  session.say(await copied.then(() => done, () => otherwise));
}

// Where all is as it is here: on this page, or on another that an attribute of the element names.
/** @param {HTMLElement} host @param {string} text @param {string} [attribute] */
export function addressOf(host, text, attribute = "page") {
  const page = host.getAttribute(attribute);
  return page === null ? `${location.href.split("#")[0]}#${host.id}?${text}`
    : `${new URL(page, location.href).href}#conv-explorer?${text}`;
}

/**
 * A button that copies what stands in a field.
 * @param {Session} session
 * @param {string} what
 * @param {HTMLTextAreaElement | HTMLInputElement} field
 */
export const copyButton = (session, what, field) => button(`Copy ${what}`, () => {
  field.select();
  return copy(session, field.value, "Copied.", "Not allowed: it is marked, copy it.");
});
