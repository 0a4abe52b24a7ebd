// A button that copies what stands in a field.

import { button } from "./dom.js";

/** @import { Session } from "../session.js" */

/**
 * @param {Session} session
 * @param {string} what
 * @param {HTMLTextAreaElement | HTMLInputElement} field
 */
export const copyButton = (session, what, field) => button(`Copy ${what}`, async () => {
  field.select();
  const copied = navigator.clipboard?.writeText(field.value) ?? Promise.reject();
  session.say(await copied.then(() => "Copied.", () => "Not allowed: it is marked, copy it."));
});
