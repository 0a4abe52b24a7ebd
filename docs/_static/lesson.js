// What a lesson does where JavaScript runs: it takes answers, remembers them on this machine alone,
// unfolds all code at once, and opens figures large. Without it everything can still be read.

const STORE = "convdocs answers";

function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

// The answers given so far: for each page, whether each of its questions was answered rightly.
function remembered() {
  try {
    return JSON.parse(localStorage.getItem(STORE) ?? "{}") ?? {};
  } catch {
    return {}; // storage is forbidden, or holds something else
  }
}

function remember(page, key, right) {
  const all = remembered();
  all[page] = { ...all[page], [key]: right };
  try {
    localStorage.setItem(STORE, JSON.stringify(all));
  } catch {
    // then the answer is known until the page is left
  }
}

// Numbers and shapes as people type them: "(1, 4, 6)", "1 x 4 x 6" and "1 4 6" are the same.
function normal(text) {
  const numbers = text.replaceAll("\u2212", "-").match(/-?\d+(?:\.\d+)?(?:e[-+]?\d+)?/gi) ?? [];
  return numbers.map(Number).join(" ");
}

class Question {
  constructor(element, page, key, told) {
    Object.assign(this, { element, page, key, told });
    this.kind = element.dataset.kind;
    this.fold = element.querySelector("details");
    this.answers = [...element.querySelectorAll("[data-answer]")];
    this.result = make("p", { className: "result" });
    this.result.setAttribute("role", "status");
    this.form = make("form", { noValidate: true });
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.answer(this.given());
    });
    this[this.kind]();
    this.form.append(make("button", { textContent: "Check" }));
    this.fold.before(this.form, this.result);
    const before = remembered()[page]?.[key];
    if (before !== undefined) this.result.textContent = before ? "Answered rightly before." : "Answered wrongly before.";
  }

  choose() {
    const list = this.element.querySelector("ul");
    const name = `${this.page} ${this.key}`;
    const labels = [...list.children].map(({ textContent }) => make("label", {},
      make("input", { type: "radio", name, value: textContent }), make("span", { textContent })));
    list.remove();
    this.form.append(...labels);
    this.given = () => this.form.querySelector("input:checked")?.value;
  }

  type() {
    const field = make("input", { type: "text", autocomplete: "off", size: 12 });
    const shape = this.answers[0].dataset.value.startsWith("(");
    this.form.append(make("label", {}, shape ? "Shape: " : "Number: ", field));
    this.given = () => field.value.trim() || undefined;
  }

  click() {
    for (const [r, row] of [...this.element.querySelectorAll("tr")].entries()) {
      for (const [c, cell] of [...row.children].entries()) {
        const button = make("button", { type: "button", textContent: cell.textContent });
        button.setAttribute("aria-pressed", "false");
        button.setAttribute("aria-label", `row ${r}, column ${c}: ${cell.textContent}`);
        button.addEventListener("click", () => {
          const on = button.getAttribute("aria-pressed") === "true";
          button.setAttribute("aria-pressed", String(!on));
        });
        cell.replaceChildren(button);
      }
    }
    this.given = () => [...this.element.querySelectorAll("tr")].map((row) =>
      [...row.querySelectorAll("button")].map((b) => Number(b.getAttribute("aria-pressed") === "true")).join(""),
    ).join(" ");
  }

  same(given, value) {
    return this.kind === "type" ? normal(given) === normal(value) : given === value;
  }

  answer(given) {
    if (given === undefined) {
      this.result.textContent = "Give an answer first.";
      return;
    }
    const found = this.answers.find(({ dataset }) => this.same(given, dataset.value));
    const right = found?.dataset.answer === "right";
    this.result.className = `result ${right ? "right" : "wrong"}`;
    this.result.replaceChildren(right ? "Right: " : "Not so. ");
    if (found) this.result.append(...[...found.cloneNode(true).childNodes]);
    else this.result.append("Look once more, or unfold the answer.");
    this.right = right;
    remember(this.page, this.key, right);
    this.told();
  }
}

// Where the page says how many questions it has, also say how many are answered, and forget them.
function progress(page, count) {
  const place = document.querySelector(".progress");
  if (!place) return () => {};
  const tell = () => {
    const given = Object.values(remembered()[page] ?? {});
    const right = given.filter(Boolean).length;
    const text = `${right} of ${count} answered rightly. Answers stay in this browser. `;
    const forget = make("button", { type: "button", textContent: "Forget all answers" });
    forget.addEventListener("click", () => {
      localStorage.removeItem(STORE);
      for (const result of document.querySelectorAll(".question .result")) result.replaceChildren();
      tell();
    });
    place.replaceChildren(text, ...(Object.keys(remembered()).length ? [forget] : []));
  };
  tell();
  return tell;
}

function openAll() {
  const folds = [...document.querySelectorAll("details.code")];
  const button = document.querySelector("button.all-code");
  if (!button || !folds.length) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    const open = folds.some((fold) => !fold.open);
    for (const fold of folds) fold.open = open;
    button.textContent = open ? "Fold the code again" : "Show all code";
  });
}

// A click on a figure opens it as large as the window; with a modifier it stays a link.
function figures() {
  const dialog = make("dialog", { className: "figure" });
  dialog.setAttribute("aria-label", "Figure");
  dialog.addEventListener("click", ({ target }) => { if (target !== dialog.querySelector("img")) dialog.close(); });
  document.body.append(dialog);
  for (const link of document.querySelectorAll("figure a.image-reference")) {
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      const { src, alt } = link.querySelector("img");
      const caption = link.closest("figure").querySelector("figcaption .caption-text");
      dialog.replaceChildren(
        make("button", { type: "button", textContent: "Close", autofocus: true }),
        make("img", { src, alt }),
        make("p", { textContent: caption?.textContent ?? "" }),
      );
      dialog.showModal();
    });
  }
}

// Of the questions of all lessons, show a score of them, and say which lessons to read again.
function quiz(questions) {
  const asked = questions.filter(({ element }) => element.closest(".asked"));
  if (!asked.length) return;
  const drawn = asked.map((question) => ({ question, order: Math.random() }))
    .toSorted((one, other) => one.order - other.order).slice(0, 20).map(({ question }) => question);
  const ending = make("p", { className: "quiz-end" });
  ending.setAttribute("role", "status");
  const tell = () => {
    const done = drawn.filter(({ right }) => right !== undefined);
    const missed = done.filter(({ right }) => !right)
      .map(({ element }) => element.closest(".asked").querySelector("a").cloneNode(true));
    const score = `${done.length - missed.length} right of ${done.length} answered, ${drawn.length} asked.`;
    ending.replaceChildren(score, ...(missed.length ? [" Read again: "] : []),
      ...missed.flatMap((link, n) => (n ? [", ", link] : [link])));
  };
  for (const question of asked) {
    question.element.closest(".asked").hidden = !drawn.includes(question);
    question.told = tell;
  }
  asked.at(-1).element.closest(".asked").after(ending);
  tell();
}

const page = new URL(document.documentElement.dataset.content_root ?? "./", location.href);
const path = location.pathname.slice(page.pathname.length) || "index.html";
const all = [...document.querySelectorAll(".question")];
let told = () => {};
const questions = all.map((element, index) => new Question(element, path, String(index), () => told()));
told = progress(path, all.length);
quiz(questions);
openAll();
figures();
