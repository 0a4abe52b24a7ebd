// The key "/" leads to the page's own field for a search.

/** @param {EventTarget | undefined} target */
const takesText = (target) =>
  target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));

export function shortcut() {
  // Caught on its way down, before Sphinx's own script, which knows nothing of drawers.
  addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (takesText(event.composedPath()[0]) || document.querySelector("dialog[open]")) return;
    const field = document.querySelector("input[name=q]");
    if (!(field instanceof HTMLInputElement)) return;
    event.preventDefault();
    event.stopPropagation();
    const drawer = document.querySelector("#__navigation");
    if (drawer instanceof HTMLInputElement && field.getBoundingClientRect().right <= 0) {
      drawer.click();
    }
    field.focus();
    field.select();
  }, true);
}
