// Time: how many steps are done. By hand, by slider, or one after the other.

import { button, make } from "./dom.js";

/** @import { Session } from "../session.js" */

export class Player {
  /** @param {Session} session */
  constructor(session) {
    this.session = session;
    this.timer = 0;
    this.slider = make("input", { type: "range", min: 0, ariaLabel: "Steps done",
      oninput: () => this.go(this.slider.valueAsNumber) });
    this.shown = make("output");
    this.toggle = button("", () => (this.timer ? this.pause() : this.play()));
    this.calm = window.matchMedia("(prefers-reduced-motion: reduce)");
    this.element = make("div", { className: "row", role: "group", ariaLabel: "Time" },
      button("◀", () => this.go(this.time - 1), "Step back"), this.toggle,
      button("▶", () => this.go(this.ended ? 1 : this.time + 1), "Step"),
      this.slider, this.shown);
    session.on("model", () => {
      this.pause();
      this.update();
    });
    session.on("time", () => this.update());
    session.on("editing", () => this.pause());
  }

  get time() {
    return this.session.now.time;
  }

  get ended() {
    return this.time === this.session.total;
  }

  update() {
    const { total } = this.session;
    Object.assign(this.slider, { max: total, value: this.time });
    this.shown.value = `${this.time} of ${total}`;
  }

  /** @param {number} time */
  go(time) {
    this.pause();
    this.step(time);
  }

  /** @param {number} time */
  step(time) {
    this.session.go(Math.max(0, Math.min(this.session.total, time)));
  }

  play() {
    if (this.ended) this.step(0);
    const pace = Math.max(60, Math.min(700, 30000 / this.session.total)); // milliseconds
    this.timer = window.setInterval(() => {
      this.step(this.time + 1);
      if (this.ended) this.pause();
    }, pace);
    this.session.play(true);
    this.toggle.textContent = "Pause";
  }

  // A reader who asked the system for less motion steps by hand.
  pause() {
    clearInterval(this.timer);
    this.timer = 0;
    this.session.play(false);
    this.toggle.disabled = this.calm.matches;
    this.toggle.textContent = this.calm.matches ? "Play is off: less motion was asked for" : "Play";
  }
}
