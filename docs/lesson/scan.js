import { all } from "./dom.js";

/** Let whoever looks at the moving picture stop it, and run it again; it does not run unasked where
 * motion is not wanted. */
export function scan() {
  const figure = document.querySelector("figure.scan");
  const button = figure?.querySelector("button");
  if (!figure || !button) return;
  const moving = () => all(figure, "span").flatMap((span) => span.getAnimations());
  const running = () => moving().some((one) => one.playState === "running");
  const name = () => {
    button.textContent = running() ? "Pause" : "Play";
  };
  const play = () => {
    figure.classList.add("moves");
    for (const one of moving()) one.play();
  };
  button.addEventListener("click", () => {
    if (!running()) play();
    else for (const one of moving()) one.pause();
    name();
  });
  figure.addEventListener("animationend", () => {
    if (running()) return;
    figure.classList.remove("moves");
    name();
  });
  if (!matchMedia("(prefers-reduced-motion: reduce)").matches) play();
  name();
}
