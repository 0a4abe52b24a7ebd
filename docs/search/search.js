// The page that searches the site: what is typed, the address that keeps it, and what is found.

import { Finder } from "./finder.js";
import { show } from "./results.js";

const SOON = 150; // milliseconds after a key; a submitted query is answered at once

const form = /** @type {HTMLFormElement} */ (document.querySelector("form.searching"));
const field = /** @type {HTMLInputElement} */ (form.elements.namedItem("q"));
/** @type {Finder | undefined} */
let finder;
let waiting = 0;

/** Answer what stands in the field, and let the page's address keep it. */
function answer() {
  clearTimeout(waiting);
  const query = field.value.trim();
  const address = new URL(location.href);
  address.search = query ? `?${new URLSearchParams({ q: query })}` : "";
  if (address.href !== location.href) history.replaceState(null, "", address);
  finder ??= new Finder(window.searchIndex); // made only where somebody searches
  show(query, finder.find(query));
}

/** @type {HTMLElement} */ (document.querySelector(".unscripted")).hidden = true; // in older browsers
form.addEventListener("submit", (event) => {
  event.preventDefault();
  answer();
});
field.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(answer, SOON);
});
field.value = new URLSearchParams(location.search).get("q") ?? "";
if (field.value) answer();
else field.focus({ preventScroll: true });
