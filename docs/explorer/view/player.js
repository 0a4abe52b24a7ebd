// Time: how many steps are done. By hand, by slider, by keys, or one after the other.

import { clamp } from "../model/geometry.js";
import { button, labelled, make, menu } from "./dom.js";

/** @import { Session } from "../session.js" */

const SPEEDS = [["0.25", "¼ ×"], ["0.5", "½ ×"], ["1", "1 ×"], ["2", "2 ×"], ["4", "4 ×"]];

export class Player {
  /** @param {Session} session */
  constructor(session) {
    this.session = session;
    this.timer = 0;
    this.slider = make("input", { type: "range", min: 0, ariaLabel: "Steps done",
      oninput: () => this.go(this.slider.valueAsNumber) });
    this.shown = make("span", { className: "steps" });
    this.toggle = button("", () => (this.timer ? this.pause() : this.play()));
    const speed = menu(SPEEDS, () => {
      session.speed = Number(speed.value);
      if (this.timer) this.play();
    });
    speed.value = String(session.speed);
    this.calm = matchMedia("(prefers-reduced-motion: reduce)");
    this.element = make("div", { className: "row player", role: "group", ariaLabel: "Time" },
      button("|◀", () => this.go(0), "To the beginning"),
      button("◀", () => this.go(this.time - 1), "Step back"), this.toggle,
      button("▶", () => this.forward(), "Step"),
      button("▶|", () => this.go(this.session.total), "To the end"),
      this.slider, this.shown, labelled(make("span", {}, "Speed"), speed));
    session.on("model", () => {
      this.pause();
      this.update();
      this.element.hidden = Boolean(session.model.asked); // an exercise has no time
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
    this.slider.ariaValueText = this.shown.textContent = `step ${this.time} of ${total}`;
  }

  /** @param {number} time */
  go(time) {
    this.pause();
    this.step(time);
  }

  // The next step; after the last, the first.
  forward() {
    this.go(this.ended ? 1 : this.time + 1);
  }

  /** @param {number} time */
  step(time) {
    this.session.go(clamp(time, this.session.total));
  }

  play() {
    clearInterval(this.timer);
    if (this.ended) this.step(0);
    this.timer = setInterval(() => {
      this.step(this.time + 1);
      if (this.ended) this.pause();
    }, this.session.pace);
    this.session.begins("playing", true);
    this.toggle.textContent = "Pause";
  }

  // A reader who asked the system for less motion steps by hand.
  pause() {
    clearInterval(this.timer);
    this.timer = 0;
    this.session.begins("playing", false);
    this.toggle.disabled = this.calm.matches;
    this.toggle.textContent = this.calm.matches ? "Play is off: less motion was asked for" : "Play";
  }

  // The keys of somebody who presents; those of a clicker among them.
  /** @param {string} key */
  press(key) {
    if (this.element.hidden) return false;
    const act = {
      " ": () => this.toggle.click(),
      ArrowRight: () => this.forward(),
      PageDown: () => this.forward(),
      ArrowLeft: () => this.go(this.time - 1),
      PageUp: () => this.go(this.time - 1),
      Home: () => this.go(0),
      End: () => this.go(this.session.total),
    }[key];
    act?.();
    return Boolean(act);
  }
}
