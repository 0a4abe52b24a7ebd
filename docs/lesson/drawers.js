// Furo's drawers, the menu and the contents, open by keyboard too, and then the keyboard is in them: what
// they cover is out of reach until Escape, or a choice, shuts them.

import { all, make } from "./dom.js";

/**
 * Lead the keyboard into a drawer and out again.
 *
 * @param {string} name of the box that furo binds the drawer to
 * @param {string} drawer selects it
 * @param {string} said names what opens it
 */
function lead(name, drawer, said) {
  const box = document.getElementById(name);
  const place = document.querySelector(drawer);
  if (!(box instanceof HTMLInputElement && place instanceof HTMLElement)) return;
  const others = all(document, ".mobile-header, .sidebar-drawer, .content, .toc-drawer")
    .filter((one) => one !== place);
  // No script, no button: there the labels work by touch.
  const signs = all(document, `label[for="${name}"]:not(.overlay)`).map((label) => {
    const { className } = label;
    const sign = make("button", { type: "button", className, ariaLabel: said, ariaExpanded: "false" },
      ...label.childNodes);
    label.replaceWith(sign);
    return sign;
  });

  const follow = () => {
    for (const one of others) one.inert = box.checked;
    for (const sign of signs) sign.ariaExpanded = String(box.checked);
    const first = all(place, "a, input").find((one) => one.checkVisibility());
    if (box.checked) first?.focus({ preventScroll: true });
  };
  /** @param {boolean} open */
  const turn = (open) => {
    if (open === box.checked) return;
    box.checked = open;
    follow();
    if (!open) signs.find((sign) => sign.checkVisibility())?.focus();
  };

  for (const sign of signs) sign.addEventListener("click", () => turn(true));
  box.addEventListener("change", follow);
  place.addEventListener("click", ({ target }) => {
    if (target instanceof Element && target.closest("a")) turn(false);
  });
  document.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") turn(false);
  });
  // A window made wide has no drawers.
  addEventListener("resize", () => {
    if (box.checked && getComputedStyle(place).position !== "fixed") turn(false);
  });
}

export function drawers() {
  lead("__navigation", ".sidebar-drawer", "All pages");
  lead("__toc", ".toc-drawer", "Contents of this page");
}
