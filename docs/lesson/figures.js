// A click on a figure opens it as large as the window; with a modifier it stays a link.

import { all, find, make } from "./dom.js";

export function figures() {
  const dialog = make("dialog", { className: "figure", ariaLabel: "Figure" });
  dialog.addEventListener("click", ({ target }) => {
    if (!(target instanceof HTMLImageElement)) dialog.close();
  });
  document.body.append(dialog);
  for (const link of all(document, "figure a.image-reference")) {
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      const { src, alt } = /** @type {HTMLImageElement} */ (find(link, "img"));
      const caption = link.closest("figure")?.querySelector("figcaption .caption-text")?.textContent;
      dialog.replaceChildren(
        make("button", { type: "button", textContent: "Close", autofocus: true }),
        make("img", { src, alt }),
        make("p", { textContent: caption ?? "" }),
      );
      dialog.showModal();
    });
  }
}
