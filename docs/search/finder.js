// Finds pages: MiniSearch scores their words; what kind a page is of, how much of what was asked it
// holds, and what the glossary says that it shows, decide about the rest.

import MiniSearch from "minisearch";
import { best, clauses, pagesOf, text } from "./pages.js";
import { Query } from "./query.js";
import { Spelling } from "./spelling.js";
import { WEIGHTS } from "./weights.js";
import { pairs, terms, words } from "./words.js";

const MOST = 20; // pages that are shown

/** @typedef {{ page: import("./pages.js").Page, sections: import("./pages.js").Section[],
 *   terms: Set<string> }} Found the best sections first */

export class Finder {
  /** @param {Told[]} told */
  constructor(told) {
    this.pages = pagesOf(told);
    this.spelling = new Spelling();
    this.titles = this.pages.map(({ title }) => terms(title).join(" "));
    this.about = this.pages.map(({ about }) => about.map((one) => terms(one).join(" ")));
    this.clauses = this.pages.map(clauses);
    this.names = [...new Set(this.about.flat())];
    this.index = new MiniSearch({
      fields: Object.keys(WEIGHTS.short).concat(Object.keys(WEIGHTS.long)),
      extractField: (page, field) => field === "id" ? page.id : text(page, field),
      tokenize: (/** @type {string} */ one, field = "") => this.take(one, field),
      processTerm: (/** @type {string} */ term) => term,
    });
    this.index.addAll(this.pages);
  }

  /**
   * Take a field of a page apart, in pairs too if it is a short one.
   *
   * @param {string} one
   * @param {string} field
   */
  take(one, field) {
    const all = words(one);
    for (const { word } of all) this.spelling.note(word);
    const found = all.map(({ term }) => term);
    return field in WEIGHTS.short ? [...found, ...pairs(found)] : found;
  }

  /**
   * Score the pages that hold something of what was asked, the best first.
   *
   * @param {string} sought
   */
  rank(sought) {
    const query = new Query(sought, this.spelling);
    const named = new Set(query.named(this.names));
    const results = this.index.search(sought, {
      tokenize: () => [...query.asked.keys()],
      boost: { ...WEIGHTS.short, ...WEIGHTS.long },
      bm25: { k: WEIGHTS.often, b: WEIGHTS.length, d: 0.5 },
      boostTerm: (/** @type {string} */ term) => query.asked.get(term)?.weight ?? 1,
      boostDocument: (/** @type {number} */ id) => WEIGHTS.kinds[this.pages[id].kind],
    });
    const groups = results.map(({ queryTerms }) =>
      new Set(queryTerms.map((term) => query.asked.get(term)?.group ?? 0)));
    const rarity = Array.from({ length: query.groups }, (_, group) => {
      const holders = groups.filter((held) => held.has(group)).length;
      return holders && Math.log(1 + this.pages.length / holders);
    });
    const share = (/** @type {Iterable<number>} */ held) =>
      [...held].reduce((sum, group) => sum + rarity[group], 0);
    const scored = results.map(({ id, score, terms: matched }, at) => {
      const says = this.clauses[id].some((clause) => clause.every((term) => query.asked.has(term)));
      const boost = this.boost(id, query.whole, named) * (says ? WEIGHTS.says : 1);
      const answered = share(groups[at]) / share(rarity.keys());
      return { id, matched, score: score * answered ** WEIGHTS.missing * boost };
    });
    scored.sort((one, other) => other.score - one.score || one.id - other.id);
    return { scored, mended: query.mended };
  }

  /**
   * Say by how much a page counts more for what it is about.
   *
   * @param {number} id
   * @param {string} whole
   * @param {Set<string>} named
   */
  boost(id, whole, named) {
    if (this.titles[id] === whole && this.pages[id].kind !== "Glossary") return WEIGHTS.title;
    const about = this.about[id];
    if (about.includes(whole)) return WEIGHTS.whole;
    if (about.some((one) => named.has(one))) return WEIGHTS.shown;
    const special = about.some((one) => [...named].some((asked) => ` ${one} `.includes(` ${asked} `)));
    return special ? WEIGHTS.special : 1;
  }

  /**
   * Give the pages that answer a query, the best first.
   *
   * @param {string} sought
   * @returns {{ found: Found[], all: number, mended: string }} what is shown of all that was found
   */
  find(sought) {
    const { scored, mended } = this.rank(sought);
    const found = scored.slice(0, MOST).map(({ id, matched }) => {
      const held = new Set(matched);
      return { page: this.pages[id], terms: held, sections: best(this.pages[id], held) };
    });
    return { found, all: scored.length, mended };
  }
}
