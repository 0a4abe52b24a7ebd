// What a reader did: taken back, and done again. Not as text, which no picture can be read from.

/** @import { View } from "./link.js" */

export class Past {
  constructor() {
    /** @type {View[]} */
    this.before = [];
    /** @type {View[]} */
    this.after = [];
    this.sliding = false; // whether the next change goes on with the last one
  }

  forget() {
    this.before = [];
    this.after = [];
  }

  // Something is about to change.
  /** @param {View} view What there is now. */
  keep(view) {
    if (!this.sliding) this.before.push(view);
    this.after = [];
  }

  // Exchange what there is for what was before it, or comes after it.
  /** @param {View} view @param {boolean} back @returns {View | undefined} */
  exchange(view, back) {
    const [from, to] = back ? [this.before, this.after] : [this.after, this.before];
    const found = from.pop();
    if (found) to.push(view);
    return found;
  }
}
