// Time: how many steps are done. By hand, by slider, or one after the other.

import { make } from "./grid.js";

export class Player {
  constructor(onstep) {
    this.onstep = onstep;
    const button = (text, onclick, ariaLabel = null) =>
      make("button", { type: "button", onclick, ariaLabel }, text);
    this.slider = make("input", { type: "range", min: 0, ariaLabel: "Steps done",
      oninput: () => this.go(this.slider.valueAsNumber) });
    this.shown = make("output");
    this.toggle = button("", () => (this.timer ? this.pause() : this.play()));
    this.calm = window.matchMedia("(prefers-reduced-motion: reduce)");
    this.element = make("div", { className: "row", role: "group", ariaLabel: "Time" },
      button("◀", () => this.go(this.time - 1), "Step back"), this.toggle,
      button("▶", () => this.go(this.time === this.total ? 1 : this.time + 1), "Step"),
      this.slider, this.shown);
  }

  // A new run of steps, all of them done.
  reset(total) {
    this.total = this.slider.max = total;
    this.pause();
    this.set(total);
  }

  set(time) {
    this.time = this.slider.value = time;
    this.shown.value = `${time} of ${this.total}`;
  }

  go(time) {
    this.pause();
    this.step(time);
  }

  step(time) {
    this.set(Math.max(0, Math.min(this.total, time)));
    this.onstep(this.time);
  }

  play() {
    if (this.time === this.total) this.step(0);
    const pace = Math.max(60, Math.min(700, 30000 / this.total)); // milliseconds
    this.timer = setInterval(() => {
      this.step(this.time + 1);
      if (this.time === this.total) this.pause();
    }, pace);
    this.toggle.textContent = "Pause";
  }

  // A reader who asked the system for less motion steps by hand.
  pause() {
    clearInterval(this.timer);
    this.timer = 0;
    this.toggle.disabled = this.calm.matches;
    this.toggle.textContent = this.calm.matches ? "Play is off: less motion was asked for" : "Play";
  }
}
