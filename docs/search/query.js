// What a reader's words ask for: each as it stands or must be meant, what others call the same, and
// which terms of the glossary they name.

import synonyms from "./synonyms.json";
import { WEIGHTS } from "./weights.js";
import { pairs, terms, words } from "./words.js";

/** @typedef {{ weight: number, group: number }} Asked the group is the place of the reader's word */

/** What is read otherwise anyway, and not as a slip for a word of the pages. */
const known = new Set(Object.keys(synonyms).flatMap((said) => said.split(" ")));
const others = Object.entries(synonyms).map(([said, meant]) => ({ said: terms(said), meant: terms(meant) }));

/** Whether a list stands in another, and where.
 *
 * @param {string[]} list
 * @param {string[]} inside
 */
const place = (list, inside) => inside.findIndex((_, from) => list.every((term, k) => inside[from + k] === term));

export class Query {
  /**
   * @param {string} text
   * @param {import("./spelling.js").Spelling} spelling
   */
  constructor(text, spelling) {
    const end = /[\p{L}_]+$/u.exec(text)?.[0].toLowerCase();
    const asks = text.replace(/^(how do(?:es)? .*)\bwork\b/i, "$1"); // which else is what a layer costs
    let mended = false;
    const typed = words(asks, (word) => {
      const meant = known.has(word) ? word : spelling.mend(word, word === end);
      mended ||= meant !== word && !meant.startsWith(word);
      return meant;
    });
    const own = typed.map(({ term }) => term);
    /** @type {Map<string, Asked>} */
    this.asked = new Map();
    this.groups = 0;
    /** @type {number[]} */
    const groups = typed.map(({ part }) => (part ? this.groups - 1 : this.groups++));
    for (const [at, { term, part }] of typed.entries()) {
      this.ask(term, part ? WEIGHTS.part : /^\d+$/.test(term) ? WEIGHTS.number : 1, groups[at]);
    }
    for (const [at, pair] of pairs(own).entries()) this.ask(pair, WEIGHTS.pair, groups[at]);
    /** All that the reader may have said, each in order; a phrase does not mean its words. */
    this.said = [own];
    for (const { said, meant } of others) {
      const at = place(said, own);
      if (at < 0) continue;
      for (const term of meant) this.ask(term, WEIGHTS.synonym, groups[at]);
      if (said.length > 1) this.said[0] = this.said[0].toSpliced(place(said, this.said[0]), said.length, ...meant);
      else this.said.push(meant);
    }
    this.whole = own.join(" ");
    /** The reader's words as they were understood, if one was not typed so. */
    this.mended = mended ? typed.filter(({ part }) => !part).map(({ word }) => word).join(" ") : "";
  }

  /**
   * @param {string} term
   * @param {number} weight
   * @param {number} group
   */
  ask(term, weight, group) {
    if (!this.asked.has(term)) this.asked.set(term, { weight, group });
  }

  /**
   * Give those of some names that the reader has named, but none that is a part of a longer one.
   *
   * @param {string[]} names each as its terms, with blanks between
   * @returns {string[]}
   */
  named(names) {
    const found = names.filter((name) => {
      const one = name.split(" ");
      return this.said.some((said) => place(one, said) >= 0 || place(one.toReversed(), said) >= 0);
    });
    return found.filter((name) => !found.some((other) => other !== name && ` ${other} `.includes(` ${name} `)));
  }
}
