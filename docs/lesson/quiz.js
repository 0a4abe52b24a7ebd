// Of the questions of all lessons, or of those that were begun, some are drawn; a score is shown, and
// in the end the lessons to read again.

import { find, make } from "./dom.js";
import { pageAt, read, remembered, write } from "./memory.js";

/** @typedef {import("./question.js").Question} Question */

const SCORE = 20;
const STORE = "convdocs quiz"; // the questions that were drawn, and how they were answered

/** @typedef {[number, boolean | null][]} Drawn */

/**
 * Give what was drawn before the reader left the quiz, to whom comes back to it.
 *
 * @returns {Drawn}
 */
function kept() {
  const [entry] = performance.getEntriesByType("navigation");
  if (/** @type {PerformanceNavigationTiming} */ (entry)?.type !== "back_forward") return [];
  const found = read("sessionStorage", STORE);
  return Array.isArray(found) ? found : [];
}

/**
 * Give some of a list, drawn without order and none twice.
 *
 * @template Item
 * @param {Item[]} list
 * @param {number} count
 */
function draw(list, count) {
  const left = [...list];
  return Array.from({ length: Math.min(count, left.length) }, () =>
    /** @type {Item} */ (left.splice(Math.floor(Math.random() * left.length), 1)[0]));
}

/** @param {Question} question */
function place({ element }) {
  return /** @type {HTMLElement} */ (element.closest(".asked"));
}

/** @param {Question} question */
function lesson(question) {
  return /** @type {HTMLAnchorElement} */ (find(place(question), "a"));
}

/** @param {Question[]} questions */
export function quiz(questions) {
  const asked = questions.filter(({ element }) => element.closest(".asked"));
  const [first, last] = [asked[0], asked.at(-1)];
  if (!first || !last) return;
  const answers = remembered();
  const begun = asked.filter((question) => pageAt(lesson(question).href) in answers);
  const count = new Set(begun.map((question) => lesson(question).href)).size;
  const only = make("input", { type: "checkbox", disabled: !count, autocomplete: "off" });
  const ending = make("p", { className: "quiz-end", role: "status" });
  /** @type {Question[]} */
  let drawn = [];
  const tell = () => {
    const done = drawn.filter(({ right }) => right !== undefined);
    const missed = done.filter(({ right }) => !right).map((one) => lesson(one).cloneNode(true));
    const score = `${done.length - missed.length} right of ${done.length} answered, ${drawn.length} asked.`;
    write("sessionStorage", STORE, drawn.map((one) => [asked.indexOf(one), one.right ?? null]));
    ending.replaceChildren(score, ...(missed.length ? [" Read again: "] : []),
      ...missed.flatMap((link, n) => (n ? [", ", link] : [link])));
  };
  /** @param {Question[]} ones */
  const ask = (ones) => {
    drawn = ones;
    for (const question of asked) place(question).hidden = !drawn.includes(question);
    tell();
  };
  for (const question of asked) question.told = tell;
  only.addEventListener("change", () => ask(draw(only.checked ? begun : asked, SCORE)));
  const words = ` Only from lessons in which I have answered a question (${count || "none"} so far)`;
  place(first).before(make("p", { className: "quiz-from" }, make("label", {}, only, words)));
  place(last).after(ending);
  const back = kept().flatMap(([at, right]) => asked.slice(at, at + 1).map((question) =>
    Object.assign(question, { right: right ?? undefined })));
  ask(back.length ? back : draw(asked, SCORE));
}
