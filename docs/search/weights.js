// What counts how much.

export const WEIGHTS = {
  /**
   * Fields in which words side by side count together.
   *
   * @type {Record<string, number>}
   */
  short: { title: 2.5, question: 5, about: 3, name: 7, headings: 2, teaches: 2 },
  /** @type {Record<string, number>} */
  long: { lead: 3, code: 2, prose: 1 },
  /** @type {Record<string, number>} */
  kinds: {
    Lesson: 1, Page: 0.9, Reference: 0.8, "How-to": 0.8, Glossary: 0.4, Package: 0.1, Contributing: 0.3,
  },
  synonym: 0.4,
  part: 0.5, // of a name from code
  number: 0.3, // of a message, most of all
  pair: 1, // words side by side
  title: 10, // a page whose whole title was typed, but for an entry of the glossary
  shown: 1.4, // a page of which the glossary says that it shows what was named
  whole: 2.2, // and nothing but that was typed
  says: 1.15, // a page whose question, or a heading, holds no word but those that were typed
  special: 0.75, // a page that is about something more special than what was named
  missing: 1.5, // the power of the share of what was asked that a page holds
  length: 0.6, // of a field, as BM25 counts it
  often: 1, // that a word stands there, as BM25 counts it
};
