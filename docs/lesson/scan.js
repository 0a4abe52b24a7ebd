import { all, make } from "./dom.js";

/** Let whoever looks at the moving picture stop it, and run it again; it does not run unasked where
 * motion is not wanted. */
export function scan() {
  const figure = document.querySelector("figure.scan");
  if (!figure) return;
  const button = make("button", { type: "button" });
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
  figure.append(button);
  if (!matchMedia("(prefers-reduced-motion: reduce)").matches) play();
  name();
}
