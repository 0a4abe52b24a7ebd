// What is kept while the tab is open, where the browser keeps anything.

/** @param {string} key @param {unknown[]} [value] @returns {any[]} */
export function kept(key, value) {
  try {
    if (value) sessionStorage.setItem(key, JSON.stringify(value));
    return JSON.parse(sessionStorage.getItem(key) ?? "[]");
  } catch {
    return [];
  }
}
