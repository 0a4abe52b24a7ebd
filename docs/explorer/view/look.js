// The style of all explorers, to which scripts that come later add theirs.

let text = STYLE;
export const sheet = new CSSStyleSheet();
sheet.replaceSync(text);

/** @param {string} more */
export function wear(more) {
  text += more;
  sheet.replaceSync(text);
}
