/**
 * Make an element with properties and children.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Partial<HTMLElementTagNameMap[Tag]>} [properties]
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

/**
 * Find what is there, or say that it is not.
 *
 * @param {ParentNode} place
 * @param {string} selector
 * @returns {HTMLElement}
 */
export function find(place, selector) {
  const found = place.querySelector(selector);
  if (!(found instanceof HTMLElement)) throw new Error(`there is no ${selector}`);
  return found;
}

/**
 * Find all of what is there.
 *
 * @param {ParentNode} place
 * @param {string} selector
 * @returns {HTMLElement[]}
 */
export function all(place, selector) {
  return [...place.querySelectorAll(selector)].filter((one) => one instanceof HTMLElement);
}
