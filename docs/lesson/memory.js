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

/** @typedef {Record<string, Record<string, boolean>>} Answers */

/**
 * Give the answers so far: for each page, whether each of its questions was answered rightly.
 *
 * @returns {Answers}
 */
export function remembered() {
  try {
    const found = JSON.parse(localStorage.getItem(STORE) ?? "{}");
    return typeof found === "object" && found !== null ? found : {};
  } catch {
    return {}; // storage is forbidden, or holds something else
  }
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
  try {
    localStorage.setItem(STORE, JSON.stringify(answers));
  } catch {
    // then the answer is known until the page is left
  }
}

/** Forget all answers, of all pages. */
export function forget() {
  try {
    localStorage.removeItem(STORE);
  } catch {
    // nothing was stored
  }
}
