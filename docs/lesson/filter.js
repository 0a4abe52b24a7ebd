import { all, make } from "./dom.js";

/** Give the list of questions a field in which every word that is typed must occur. */
export function filter() {
  const list = document.querySelector(".questions");
  if (!list) return;
  const items = all(list, "li");
  const groups = all(list, "div");
  const field = make("input", { type: "search" });
  const told = make("p", { role: "status" });
  field.addEventListener("input", () => {
    const words = field.value.toLowerCase().split(/\s+/);
    for (const item of items) {
      const text = item.textContent.toLowerCase();
      item.hidden = !words.every((word) => text.includes(word));
    }
    for (const group of groups) group.hidden = !all(group, "li").some((item) => !item.hidden);
    const left = items.filter((item) => !item.hidden).length;
    told.textContent = left ? `${left} of ${items.length} questions` : "No question has these words.";
  });
  list.before(make("label", { className: "filter" }, "Only questions with ", field), told);
}
