// Takes a word that stands on no page for one that does: the one begun, or the one it comes near.

import SearchableMap from "minisearch/SearchableMap";

const BEGUN = 3; // letters from which a word is completed
const SLIPS = [[9, 3], [6, 2], [4, 1]]; // from so many letters on, so many of them may be wrong

export class Spelling {
  constructor() {
    /** @type {Map<string, number>} */
    this.counts = new Map();
    /** @type {SearchableMap<number> | undefined} */
    this.tree = undefined; // made for the first word that is on no page
  }

  /** @param {string} word */
  note(word) {
    this.counts.set(word, (this.counts.get(word) ?? 0) + 1);
  }

  /**
   * Give the word that a reader means.
   *
   * @param {string} word as typed, in small letters
   * @param {boolean} last whether it may not be typed to its end yet
   */
  mend(word, last) {
    if (this.counts.has(word) || /\d/.test(word)) return word;
    this.tree ??= SearchableMap.from([...this.counts]);
    if (last && word.length >= BEGUN) {
      const [begun] = [...this.tree.atPrefix(word)].toSorted(([, one], [, other]) => other - one);
      if (begun) return begun[0];
    }
    const slips = SLIPS.find(([length]) => word.length >= length)?.[1];
    if (!slips) return word;
    const near = [...this.tree.fuzzyGet(word, slips)]
      .map(([found, [count, distance]]) => ({ found, count, distance }))
      .toSorted((one, other) => one.distance - other.distance || other.count - one.count);
    return near[0]?.found ?? word;
  }
}
