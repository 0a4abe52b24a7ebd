// What a reader has answered stays on the reader's machine, and can be forgotten.

const STORE = "convdocs answers";
const root = new URL(document.documentElement.dataset.content_root ?? "./", location.href);

/**
 * Name a page by its address below the site's folder, wherever the site lies.
 *
 * @param {string} address
 */
export function pageAt(address) {
  return new URL(address).pathname.slice(root.pathname.length) || "index.html";
}

/**
 * Give what is stored; or nothing, if storage is forbidden or holds something else.
 *
 * @param {"localStorage" | "sessionStorage"} place
 * @param {string} name
 */
export function read(place, name) {
  try {
    return JSON.parse(window[place].getItem(name) ?? "null");
  } catch {
    return null;
  }
}

/**
 * Store what can be read again, if that is allowed; else it is known until the page is left.
 *
 * @param {"localStorage" | "sessionStorage"} place
 * @param {string} name
 * @param {unknown} value
 */
export function write(place, name, value) {
  try {
    window[place].setItem(name, JSON.stringify(value));
  } catch {
    // then nothing is stored
  }
}

/** @typedef {Record<string, Record<string, boolean>>} Answers */

/**
 * Give the answers so far: for each page, whether each of its questions was answered rightly.
 *
 * @returns {Answers}
 */
export function remembered() {
  const found = read("localStorage", STORE);
  return typeof found === "object" && found !== null ? found : {};
}

/**
 * Remember an answer.
 *
 * @param {string} page
 * @param {string} key
 * @param {boolean} right
 */
export function remember(page, key, right) {
  const answers = remembered();
  answers[page] = { ...answers[page], [key]: right };
  write("localStorage", STORE, answers);
}

/** Forget all answers, of all pages. */
export function forget() {
  try {
    localStorage.removeItem(STORE);
  } catch {
    // nothing was stored
  }
}
