// Of the questions of all lessons, a score is shown, and in the end the lessons to read again.

import { find, make } from "./dom.js";

/** @typedef {import("./question.js").Question} Question */

const SCORE = 20;

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

/** @param {Question[]} questions */
export function quiz(questions) {
  const asked = questions.filter(({ element }) => element.closest(".asked"));
  const last = asked.at(-1);
  if (!last) return;
  const drawn = draw(asked, SCORE);
  const ending = make("p", { className: "quiz-end", role: "status" });
  const tell = () => {
    const done = drawn.filter(({ right }) => right !== undefined);
    const missed = done.filter(({ right }) => !right).map((one) => find(place(one), "a").cloneNode(true));
    const score = `${done.length - missed.length} right of ${done.length} answered, ${drawn.length} asked.`;
    ending.replaceChildren(score, ...(missed.length ? [" Read again: "] : []),
      ...missed.flatMap((link, n) => (n ? [", ", link] : [link])));
  };
  for (const question of asked) {
    place(question).hidden = !drawn.includes(question);
    question.told = tell;
  }
  place(last).after(ending);
  tell();
}
