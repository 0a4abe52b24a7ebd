// Who wants to know is told what has changed.

/** @template {string} Change */
export class Signals {
  /** @type {[Change, () => void][]} */
  listeners = [];

  /** @param {Change} change @param {() => void} listener */
  on(change, listener) {
    this.listeners.push([change, listener]);
  }

  /** @param {Change} change */
  tell(change) {
    for (const [one, listener] of this.listeners) if (one === change) listener();
  }
}
