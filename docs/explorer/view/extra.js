// What few readers use is a script of its own, fetched when somebody first asks for it.

import { fold, make } from "./dom.js";
import { wear } from "./look.js";

/** @import { Session } from "../session.js" */
/** @import { Host, Maker, Makers, Part, Script } from "./bring.js" */

// A module has no current script, and one that is part of another file no address of its own.
const here = /** @type {HTMLScriptElement | null} */ (document.currentScript)?.src
  || document.querySelector("script[src*='explorer.js']")?.getAttribute("src") || "";
const FOLDER = new URL(".", new URL(here, document.baseURI));

/** @type {Map<string, Promise<any>>} */
const fetched = new Map();

/**
 * @template {string} Name
 * @param {Name} name Of a module in `extras`.
 * @returns {Promise<Name extends keyof Makers ? Makers[Name] : Maker>}
 */
export function extra(name) {
  const found = fetched.get(name) ?? new Promise((done, fail) => {
    const script = /** @type {Script} */ (make("script", {
      src: new URL(`explorer-${name}.js`, FOLDER).href,
      onload: () => {
        wear(script.look ?? "");
        done(script.maker);
      },
      onerror: () => fail(new Error(`${script.src} is not there`)),
    }));
    document.head.append(script);
  });
  fetched.set(name, found);
  found.catch(() => fetched.delete(name)); // the next use may have better luck
  return found;
}

/**
 * A place for a part, empty until it is opened.
 * @param {string} name
 * @param {Session} session
 * @param {Host} host
 */
export function slot(name, session, host) {
  const place = make("div");
  /** @type {Promise<Part> | undefined} */
  let part;
  /** @param {boolean} [open] */
  const show = async (open = true) => {
    part ??= extra(name).then((maker) => maker(session, host));
    try {
      const built = await part;
      if (!built.element.isConnected) place.replaceChildren(built.element);
      built.reveal?.(open);
    } catch (error) {
      place.textContent = String(error);
      part = undefined;
    }
  };
  return { place, show };
}

/**
 * A fold whose content comes when it is first opened.
 * @param {string} title
 * @param {string} name
 * @param {Session} session
 * @param {Host} host
 * @param {...Node} before What is there at once, before it.
 */
export function foldOf(title, name, session, host, ...before) {
  const { place, show } = slot(name, session, host);
  const folded = fold(title, make("div", {}, ...before, place));
  folded.ontoggle = () => show(folded.open);
  return folded;
}
