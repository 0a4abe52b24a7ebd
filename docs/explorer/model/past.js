// What a reader did, as texts: taken back, and done again.

export class Past {
  constructor() {
    /** @type {string[]} */
    this.before = [];
    /** @type {string[]} */
    this.after = [];
    this.sliding = false; // whether the next change goes on with the last one
  }

  forget() {
    this.before = [];
    this.after = [];
  }

  // Something is about to change.
  /** @param {string} text What there is now. */
  keep(text) {
    if (!this.sliding) this.before.push(text);
    this.after = [];
  }

  // Exchange what there is for what was before it, or comes after it.
  /** @param {string} text @param {boolean} back @returns {string | undefined} */
  exchange(text, back) {
    const [from, to] = back ? [this.before, this.after] : [this.after, this.before];
    const found = from.pop();
    if (found !== undefined) to.push(text);
    return found;
  }
}
