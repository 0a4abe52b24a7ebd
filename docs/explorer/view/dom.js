// Elements, and the few shapes of them that all views use.

/**
 * Make an element from properties, attributes and children.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, unknown>} [properties]
 * @param {...(Node | string | number)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in element) Object.assign(element, { [name]: value });
    else element.setAttribute(name, /** @type {string} */ (value));
  }
  element.append(.../** @type {string[]} */ (children)); // which makes texts of numbers
  return element;
}

/** @param {string} text @param {() => void} onclick @param {string | null} [ariaLabel] */
export const button = (text, onclick, ariaLabel = null) =>
  make("button", { type: "button", onclick, ariaLabel }, text);

/** @param {string[][]} options Values and texts. @param {() => void} onchange */
export const menu = (options, onchange) => make("select", { onchange },
  ...options.map(([value, text]) => make("option", { value }, text)));

// Offer an option, or say why it cannot be chosen.
/** @param {HTMLOptionElement} option @param {string | number} name @param {string} why */
export function offer(option, name, why) {
  option.disabled = Boolean(why);
  option.textContent = why ? `${name}: ${why}` : String(name);
}

// A control with its name.
/** @param {...(Node | string)} content */
export const labelled = (...content) => make("label", { className: "control" }, ...content);

/** @param {...Node} content */
export const row = (...content) => make("div", { className: "row" }, ...content);

/** @param {string} title @param {Node} content */
export const fold = (title, content) => make("details", {}, make("summary", {}, title), content);
