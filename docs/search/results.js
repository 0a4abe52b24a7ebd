// Shows what was found: how many pages, and of each its title, its kind, and where it says so.

import { terms as termsOf } from "./words.js";

const LENGTH = 32; // words of an excerpt
const BEFORE = 6; // of them before the first that was asked for
const MORE = 2; // further sections of a page
const LONGEST = 60; // letters of a query that are said again

const told = /** @type {HTMLElement} */ (document.querySelector(".told"));
const list = /** @type {HTMLElement} */ (document.querySelector(".found"));

/**
 * Make an element with children.
 *
 * @param {string} tag
 * @param {Record<string, string>} attributes
 * @param {...(Node | string)} children
 */
function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/**
 * Cut an excerpt out of a text, where most of what was asked for stands together, and mark it.
 *
 * @param {string} text
 * @param {Set<string>} terms
 * @returns {(Node | string)[]}
 */
function excerpt(text, terms) {
  const all = text.split(" ");
  const hits = all.map((word) => termsOf(word).some((term) => terms.has(term)));
  const among = (/** @type {number} */ from) =>
    new Set(all.slice(from, from + LENGTH).filter((_, k) => hits[from + k])).size;
  let from = 0;
  for (const [place, hit] of hits.entries()) {
    const start = Math.max(0, Math.min(place - BEFORE, all.length - LENGTH));
    if (hit && among(start) > among(from)) from = start;
  }
  const to = Math.min(all.length, from + LENGTH);
  /** @type {(Node | string)[]} */
  const shown = all.slice(from, to).flatMap((word, k) =>
    [k ? " " : "", hits[from + k] ? make("mark", {}, word) : word]);
  return [from ? "… " : "", ...shown, to < all.length ? " …" : ""];
}

/** @param {import("./finder.js").Found} found */
function item({ page, sections, terms }) {
  const first = sections[0] ?? page.sections[0];
  const place = first.heading === page.title ? "" : ` · ${first.heading}`;
  const shown = make("li", {},
    make("h2", {}, make("a", { href: first.url }, page.title)),
    make("p", { class: "kind" }, make("span", {}, page.kind), place),
    make("p", {}, ...excerpt(first.prose || page.sections[0].prose, terms)),
  );
  const more = sections.slice(1, 1 + MORE).filter(({ heading }) => heading !== page.title);
  if (more.length) {
    shown.append(make("p", { class: "more" }, "Also: ", ...more.flatMap(({ url, heading }, k) =>
      [k ? " · " : "", make("a", { href: url }, heading)])));
  }
  return shown;
}

/**
 * Show what was found for a query.
 *
 * @param {string} query
 * @param {{ found: import("./finder.js").Found[], all: number, mended: string }} answer
 */
export function show(query, { found, all, mended }) {
  list.replaceChildren(...found.map(item));
  const short = query.length > LONGEST ? `${query.slice(0, LONGEST)}…` : query;
  const pages = all === 1 ? "1 page" : `${all} pages`;
  const count = all > found.length ? `${pages}, of which these ${found.length} come first,` : pages;
  const read = mended && mended !== query.toLowerCase() ? ` Read as “${mended}”.` : "";
  told.textContent = !query ? "" : found.length
    ? `${count} for “${short}”.${read}`
    : `No page for “${short}”. Try one or two words that the answer would hold.`;
  document.title = document.title.replace(/^(.*: )?Search/, `${query ? `${short}: ` : ""}Search`);
}
