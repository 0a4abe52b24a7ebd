// The page's address follows what a reader does, so that to reload, to come back or to share it
// finds the same. No step of it is one for the Back button.

/** @import { Session } from "../session.js" */

const PAUSE = 300; // milliseconds: browsers refuse an address that changes too often

/** @param {Session} session @param {() => string} prefix */
export function keepAddress(session, prefix) {
  let timer = 0;
  session.on("kept", () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => {
      const address = prefix() + session.text;
      if (location.hash !== address) history.replaceState(history.state, "", address);
    }, PAUSE);
  });
}

// Whether the reader has been on this page before, at a place that the browser finds again.
export function wasHere() {
  const [entry] = performance.getEntriesByType("navigation");
  return /** @type {PerformanceNavigationTiming} */ (entry)?.type !== "navigate";
}
