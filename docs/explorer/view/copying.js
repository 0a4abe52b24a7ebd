// A button that copies what stands in a field.

import { button } from "./dom.js";

/**
 * @param {string} what
 * @param {HTMLTextAreaElement | HTMLInputElement} field
 * @param {HTMLOutputElement} said Where it is said whether that was allowed.
 */
export const copyButton = (what, field, said) => button(`Copy ${what}`, async () => {
  field.select();
  const copied = navigator.clipboard?.writeText(field.value) ?? Promise.reject();
  said.value = await copied.then(() => "Copied.", () => "Not allowed.");
});
