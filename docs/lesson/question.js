// A question as convdocs.questions writes it, to which a reader can give an answer.

import { all, find, make } from "./dom.js";
import { remember, remembered } from "./memory.js";

const NUMBER = /-?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?(?:\s*\/\s*\d+)?/gi;

/**
 * Read numbers and shapes as people type them: "(1, 4, 6)", "1 x 4 x 6" and "1 4 6" are the same,
 * and so are "1/4", ".25" and "0.25". A single number may have commas between its thousands.
 *
 * @param {string} text
 * @param {boolean} several
 */
function normal(text, several) {
  const plain = text.replaceAll("\u2212", "-");
  const numbers = (several ? plain : plain.replace(/(?<=\d),(?=\d{3})/g, "")).match(NUMBER) ?? [];
  return numbers.map((number) => number.split("/").map(Number).reduce((a, b) => a / b)).join(" ");
}

export class Question {
  /** @type {boolean | undefined} */
  right;

  form = make("form", { noValidate: true });

  result = make("p", { className: "result", role: "status" });

  /**
   * @param {HTMLElement} element
   * @param {string} page
   * @param {number} number
   * @param {() => void} told
   */
  constructor(element, page, number, told) {
    this.element = element;
    this.page = page;
    this.key = String(number);
    this.told = told;
    this.answers = all(element, "[data-answer]");
    this.several = this.answers[0]?.dataset.value?.startsWith("(") ?? false;
    /** @type {() => string | undefined} */
    this.given = this.controls();
    this.form.append(make("button", { textContent: "Check" }));
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.answer(this.given());
    });
    find(element, "details").before(this.form, this.result);
    const before = remembered()[page]?.[this.key];
    if (before !== undefined) this.result.textContent = `Answered ${before ? "rightly" : "wrongly"} before.`;
  }

  // Make what the reader answers with, and give what reads the answer.
  controls() {
    const { kind } = this.element.dataset;
    if (kind === "choose") return this.choose();
    return kind === "click" ? this.click() : this.type();
  }

  choose() {
    const list = find(this.element, "ul");
    const name = `${this.page} ${this.key}`;
    const radios = [...list.children].map((option) =>
      make("input", { type: "radio", name, value: option.textContent ?? "" }));
    list.remove();
    this.form.append(...radios.map((radio) =>
      make("label", {}, radio, make("span", { textContent: radio.value }))));
    return () => radios.find(({ checked }) => checked)?.value;
  }

  type() {
    const field = make("input", { type: "text", autocomplete: "off", size: 12 });
    this.form.append(make("label", {}, this.several ? "Numbers: " : "Number: ", field));
    return () => field.value.trim() || undefined;
  }

  click() {
    const rows = all(this.element, "tr").map((row, r) => [...row.children].map((cell, c) => {
      const number = cell.textContent ?? "";
      const button = make("button", {
        type: "button", textContent: number, ariaPressed: "false", ariaLabel: `row ${r}, column ${c}: ${number}`,
      });
      button.addEventListener("click", () => {
        button.ariaPressed = button.ariaPressed === "true" ? "false" : "true";
      });
      cell.replaceChildren(button);
      return button;
    }));
    return () => {
      const given = rows.map((row) =>
        row.map(({ ariaPressed }) => (ariaPressed === "true" ? "1" : "0")).join("")).join(" ");
      // No cell at all is an answer only where it is one of those that are told.
      const told = this.answers.some(({ dataset }) => dataset.value === given);
      return told || given.includes("1") ? given : undefined;
    };
  }

  /**
   * Say whether an answer is right, and if it comes from a mistake, which.
   *
   * @param {string | undefined} given
   */
  answer(given) {
    if (given === undefined) {
      this.result.textContent = "Give an answer first.";
      return;
    }
    const typed = this.element.dataset.kind === "type";
    const found = this.answers.find(({ dataset: { value = "" } }) =>
      (typed ? normal(given, this.several) === normal(value, this.several) : given === value));
    this.right = found?.dataset.answer === "right";
    this.result.className = `result ${this.right ? "right" : "wrong"}`;
    this.result.replaceChildren(this.right ? "Right: " : "Not so. ");
    if (found) this.result.append(...found.cloneNode(true).childNodes);
    else this.result.append("Look once more, or unfold the answer.");
    remember(this.page, this.key, this.right);
    this.told();
  }
}
