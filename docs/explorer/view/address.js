// The page's address follows what a reader does, so that to reload, to come back or to share it
// finds the same. No step of it is one for the Back button.

/** @import { Session } from "../session.js" */

const PAUSE = 400; // milliseconds: browsers refuse an address that changes too often

// One address holds all explorers of a page, each behind a # of its own.
/** @param {string} address @param {string} prefix */
export const textAt = (address, prefix) =>
  address.split("#").find((part) => part.startsWith(prefix))?.slice(prefix.length);

// Gives what stops it where a reader has gone on, to an address of another place.
/** @param {Session} session @param {() => string} prefix */
export function keepAddress(session, prefix) {
  let timer = 0, last = 0;
  const stop = () => clearTimeout(timer);
  session.on("kept", () => {
    stop();
    timer = setTimeout(() => {
      last = Date.now();
      const others = location.hash.split("#").filter((part) =>
        part.includes("?") && !part.startsWith(prefix()));
      const address = ["", prefix() + (session.aside ?? session.text), ...others].join("#");
      history.replaceState(history.state, "", address);
    }, last + PAUSE - Date.now());
  });
  return stop;
}

// Whether the reader has been on this page before, at a place that the browser finds again.
export const wasHere = () => /** @type {PerformanceNavigationTiming[]} */ (
  performance.getEntriesByType("navigation")).some(({ type }) => type !== "navigate");
