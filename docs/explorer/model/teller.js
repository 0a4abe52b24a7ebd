// Who wants to be told of what.

/** @template {string} Change */
export class Teller {
  constructor() {
    /** @type {[Change, () => void][]} */
    this.listeners = [];
  }

  /** @param {Change} change @param {() => void} listener */
  on(change, listener) {
    this.listeners.push([change, listener]);
  }

  /** @param {Change} change */
  tell(change) {
    for (const [one, listener] of this.listeners) if (one === change) listener();
  }
}
