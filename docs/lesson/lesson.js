// What a lesson does where JavaScript runs: it takes answers, remembers them on this machine alone,
// unfolds all code at once, opens figures large, and saves those that move. Without it everything can
// still be read.

import { all, make } from "./dom.js";
import { drawers } from "./drawers.js";
import { figures } from "./figures.js";
import { filter } from "./filter.js";
import { forget, pageAt, remembered } from "./memory.js";
import { motions } from "./motion.js";
import { Question } from "./question.js";
import { quiz } from "./quiz.js";
import { scan } from "./scan.js";
import { shortcut } from "./shortcut.js";

const page = pageAt(location.href);
const questions = all(document, ".question").map((element, number) =>
  new Question(element, page, number, progress));

// Where a lesson says how many questions it has, also say how many are answered.
function progress() {
  const place = document.querySelector(".progress");
  if (!place) return;
  const answers = remembered();
  const right = Object.values(answers[page] ?? {}).filter(Boolean).length;
  const told = `${right} of ${questions.length} answered rightly. Answers stay in this browser. `;
  const button = make("button", { type: "button", textContent: "Forget all answers" });
  button.addEventListener("click", () => {
    forget();
    for (const { result } of questions) result.replaceChildren();
    progress();
  });
  place.replaceChildren(told, ...(Object.keys(answers).length ? [button] : []));
}

// The entry of the page in the list of all pages is in sight.
function showEntry() {
  const list = document.querySelector(".sidebar-scroll");
  const entry = list?.querySelector(".current-page");
  if (!list || !entry) return;
  const { top, height } = list.getBoundingClientRect();
  const below = entry.getBoundingClientRect().bottom - top - height;
  if (below > 0) list.scrollTop += below + height / 3;
}

function unfold() {
  const folds = all(document, "details.code").filter((fold) => fold instanceof HTMLDetailsElement);
  const button = document.querySelector("button.all-code");
  if (!(button instanceof HTMLButtonElement)) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    const open = folds.some((fold) => !fold.open);
    for (const fold of folds) fold.open = open;
    button.textContent = open ? "Fold the code again" : "Show all code";
  });
}

// What is wider than its place is scrolled by keyboard, too.
function reach() {
  for (const box of all(document, ".highlight pre, .table-wrapper, div.math")) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
}

document.addEventListener("toggle", reach, true);
addEventListener("resize", reach);
void document.fonts.ready.then(reach);
reach();
showEntry();
progress();
quiz(questions);
unfold();
figures();
motions();
filter();
scan();
drawers();
shortcut();
