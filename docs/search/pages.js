// The pages that can be found, as the build tells them, and what of each is looked up.

import { terms } from "./words.js";

/** @typedef {{ url: string, heading: string, prose: string, code: string, held?: Set<string>[] }} Section */
/**
 * A page, or an entry of the glossary; `about` are terms of which the glossary says that it shows them.
 *
 * @typedef {{ id: number, url: string, kind: string, title: string, question: string,
 *   teaches: string, about: string[], sections: Section[] }} Page
 */

/**
 * @param {Told[]} told
 * @returns {Page[]}
 */
export function pagesOf(told) {
  const about = shown(told);
  const pages = told.flatMap(([url, kind, question, teaches, entries]) => {
    const sections = entries.map(([anchor, heading, prose, code]) =>
      ({ url: anchor ? `${url}#${anchor}` : url, heading, prose, code }));
    const parts = kind === "Glossary" ? sections.map((one) => [one]) : [sections];
    return parts.map((part) =>
      ({ url: part[0].url, kind, title: part[0].heading, question, teaches, sections: part }));
  });
  return pages.map((page, id) => Object.assign(page, { id, about: about.get(page.url) ?? [] }));
}

/**
 * Collect the terms of which the glossary says that a page shows what they mean.
 *
 * @param {Told[]} told
 */
function shown(told) {
  /** @type {Map<string, string[]>} */
  const found = new Map();
  for (const [, heading, , , links] of told.flatMap(([, , , , entries]) => entries)) {
    for (const link of links) {
      const names = found.get(link) ?? [];
      names.push(...heading.split(", "));
      found.set(link, names);
    }
  }
  return found;
}

/**
 * Give the clauses of a page's questions and headings, each as its terms; one word is none.
 *
 * @param {Page} page
 * @returns {string[][]}
 */
export function clauses({ question, title, sections }) {
  const said = [question, title, ...sections.slice(1).map(({ heading }) => heading)];
  return said.flatMap((one) => one.split(/[?:,;]/)).map((one) => Array.from(new Set(terms(one))))
    .filter(({ length }) => length > 1);
}

/**
 * Give what is looked up in one field of a page.
 *
 * @param {Page} page
 * @param {string} field
 * @returns {string}
 */
export function text({ url, title, question, teaches, about, sections: [first, ...rest] }, field) {
  /** @type {Record<string, () => string>} */
  const fields = {
    title: () => title,
    question: () => question,
    about: () => about.join("\n"),
    name: () => url.replace(/.*\/|\.html.*/g, ""),
    teaches: () => teaches,
    headings: () => rest.map(({ heading }) => heading).join("\n"),
    lead: () => first.prose,
    prose: () => rest.map(({ prose }) => prose).join("\n"),
    code: () => [first, ...rest].map(({ code }) => code).join("\n"),
  };
  return fields[field]();
}

/**
 * Sort the sections of a page by how much of what was asked they hold; without any, none is left.
 *
 * @param {Page} page
 * @param {Set<string>} asked
 * @returns {Section[]}
 */
export function best({ sections }, asked) {
  const scored = sections.map((section) => {
    section.held ??= [section.heading, section.prose, section.code].map((one) => new Set(terms(one)));
    const [heading, prose, code] = section.held.map((one) => [...asked].filter((term) => one.has(term)).length);
    return { section, score: 2 * heading + prose + code };
  });
  return scored.filter(({ score }) => score > 0).toSorted((one, other) => other.score - one.score)
    .map(({ section }) => section);
}
