// What counts as a word: the same for what is written on the pages and for what a reader types.

import { stemmer } from "stemmer";

const STOP = new Set(
  ("a about after an and are as at be by can could did do does for from had has have how i if in into "
  + "instead is it its me my of on or should so than that the their then there these they this to "
  + "vs versus was we were what when where which while who why will with would you your").split(" "),
);

// Accents, what people write for a multiplication sign between sizes, and the hyphen of U-Net.
const plain = (/** @type {string} */ text) => text.normalize("NFKD").replace(/\p{M}/gu, "")
  .replace(/(?<=\d)\s*[×x*]\s*(?=\d)/giu, "x")
  .replace(/(?<!\p{L})(\p{L})-(?=\p{L})/gu, "$1");

/** @typedef {{ term: string, word: string, part: boolean }} Word a term to look up, and for what */

/**
 * Take a text apart into what is looked up.
 *
 * A name from code counts as a whole and by its parts, and of a word its stem.
 *
 * @param {string} text
 * @param {(word: string) => string} [mend] what to take each word for
 * @returns {Word[]}
 */
export function words(text, mend = (word) => word) {
  /** @type {Word[]} */
  const found = [];
  for (const [name] of plain(text).matchAll(/[\p{L}\p{N}_]+/gu)) {
    const small = name.toLowerCase();
    if (STOP.has(small)) continue;
    const word = mend(small);
    const pieces = parts(word === small ? name : word);
    found.push({ term: pieces.length > 1 ? word : stemmed(word), word, part: false });
    if (pieces.length > 1) {
      for (const piece of pieces) found.push({ term: stemmed(piece), word: piece, part: true });
    }
  }
  return found;
}

/**
 * Give the terms of a text, one after the other.
 *
 * @param {string} text
 */
export const terms = (text) => words(text).map(({ term }) => term);

/**
 * Give each term with the one before it.
 *
 * @param {string[]} all
 */
export const pairs = (all) => all.slice(1).map((term, k) => `${all[k]} ${term}`);

/** @type {Map<string, string>} */
const stems = new Map();

/** @param {string} word */
function stemmed(word) {
  const stem = stems.get(word) ?? (/^\p{L}+$/u.test(word) ? stemmer(word) : word);
  stems.set(word, stem);
  return stem;
}

/**
 * Give the parts of a name: of ceil_mode, of AdaptiveAvgPool2d, and the picture of 3x235x180.
 *
 * @param {string} name
 * @returns {string[]}
 */
function parts(name) {
  if (/^\d+(x\d+){2,}$/.test(name)) return [name, name.split("x").slice(-2).join("x")];
  if (/^[\dx]+$/.test(name)) return [name];
  return name.replace(/(?<=\p{Ll})(?=\p{Lu})|\dd?$/gu, " ").toLowerCase().split(/[_ ]+/)
    .filter((part) => part.length > 1 && !STOP.has(part));
}
