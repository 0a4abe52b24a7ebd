// <conv-explorer state="size=7&stride=2">: the element, its life and its layout.

// The style first, and the session after what shows it: a bundle in this order, in which what is
// alike stands close together, is some 300 bytes smaller when it is compressed.
import { sheet } from "./view/look.js";
import { Readout } from "./view/readout.js";
import { Picker } from "./view/picker.js";
import { extra, foldOf } from "./view/extra.js";
import { Stage } from "./view/stage.js";
import { Controls } from "./view/controls.js";
import { keepPictures } from "./view/pictures.js";
import { keepAddress, textAt, wasHere } from "./view/address.js";
import { Share } from "./view/share.js";
import { study } from "./view/study.js";
import { Player } from "./view/player.js";
import { Session } from "./session.js";
import { button, fold, make } from "./view/dom.js";

let explorers = 0;

/** @param {unknown} error */
const reason = (error) => /** @type {Error} */ (error).message;

class Explorer extends HTMLElement {
  static observedAttributes = ["state"];

  session = new Session();

  extra = extra; // for scripts that need others: they share no module with this one

  connectedCallback() {
    if (!this.shadowRoot) {
      this.build();
      const led = location.hash.startsWith(`#${this.fragment}`) && !wasHere();
      if (!this.follow(location.href)) this.restart();
      const ready = () => {
        this.replaceChildren(); // what stood here for readers without a script
        if (led) this.lead();
      };
      // What other scripts do above moves the explorer.
      if (document.readyState === "loading") addEventListener("DOMContentLoaded", ready);
      else ready();
      this.settle?.();
      this.stop = keepAddress(this.session, () => this.fragment);
    }
    addEventListener("hashchange", this);
  }

  disconnectedCallback() {
    removeEventListener("hashchange", this);
    this.player?.pause();
  }

  attributeChangedCallback() {
    if (this.shadowRoot) this.restart();
  }

  // The text that the page gives.
  get first() {
    return this.getAttribute("state") ?? "";
  }

  // A link to a state ends in this and its text.
  get fragment() {
    return `${this.id}?`;
  }

  // Begin with the page's state.
  restart() {
    try {
      this.session.begin(this.first);
    } catch (error) {
      console.warn("conv-explorer:", error, this);
      this.session.begin("");
      this.session.say(`The page's state cannot be read: ${reason(error)}. Here is the default.`);
    }
  }

  // Begin with the state of an address, if it is one of this explorer.
  /** @param {string} address */
  follow(address) {
    const text = textAt(address, this.fragment);
    if (text === undefined) return false;
    try {
      this.session.begin(text);
    } catch (error) {
      this.restart();
      this.session.say(`The link cannot be read: ${reason(error)}. Here is the page's own state.`);
    }
    return true;
  }

  // A link was followed, or the reader went back to the page as it was before one.
  /** @param {Event} event */
  handleEvent(event) {
    // Not the address of now: what was kept a moment before may have come between.
    const { oldURL, newURL } = /** @type {HashChangeEvent} */ (event);
    if (this.follow(newURL)) this.lead();
    else if (!oldURL.includes(`#${this.fragment}`)) return;
    else if (newURL.includes("#")) return this.session.tell("kept"); // beside it, or instead of it
    else this.restart();
    this.stop?.(); // what was read from an address needs none
  }

  // Come into sight, at once: a smooth way would be given up. A frame leaves its host where it is.
  lead() {
    if (window === top) this.scrollIntoView({ behavior: "instant" });
  }

  build() {
    explorers += 1;
    this.id ||= explorers > 1 ? `conv-explorer-${explorers}` : "conv-explorer";
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sheet];
    root.append(make("section", { ariaLabel: "Explorer", tabIndex: -1,
      onkeydown: (/** @type {KeyboardEvent} */ event) => this.press(event) }, ...this.parts()));
  }

  // All that stands in the explorer, from top to bottom.
  parts() {
    const { session } = this;
    const settings = fold("Settings", new Controls(session, this.id).element);
    // On a phone they would stand between a reader and the grids.
    settings.open = !this.hasAttribute("compact") && innerWidth > 800;
    const stage = new Stage(session);
    this.settle = () => { settings.open &&= stage.fit(); };
    const readout = new Readout(session);
    this.player = new Player(session);
    const share = new Share(session, this);
    keepPictures(session);
    const screen = button("⤢", () => this.enlarge(), "Full screen");
    const { buttons, tour, predict } = study(session, this);
    screen.hidden = !document.fullscreenEnabled;
    const later = foldOf("Layers after each other", "stack", session, this);
    session.on("begun", () => { later.open ||= session.state.then !== ""; });
    return [
      new Picker(session, () => this.first, ...buttons, screen).element,
      tour,
      make("div", { className: "table" }, settings,
        make("div", {}, stage.element, stage.legend)),
      make("div", { className: "dock" }, this.player.element, predict, readout.element,
        readout.sum),
      readout.sizes,
      foldOf("Numbers", "filling", session, this),
      this.channels(),
      foldOf("How often each cell is used", "counts", session, this),
      foldOf("The matrix", "matrix", session, this),
      later,
      foldOf("Take away", "take", session, this, share.element),
      share.foot,
    ];
  }

  // How channels belong together, where there are some.
  channels() {
    const { session } = this;
    const folded = foldOf("The channels", "block", session, this);
    session.on("model", () => {
      folded.hidden = session.state.in_channels + session.state.out_channels < 3;
    });
    return folded;
  }

  enlarge() {
    if (document.fullscreenElement === this) document.exitFullscreen();
    else this.requestFullscreen().catch(() => this.session.say("Not allowed here."));
    this.shadowRoot?.querySelector("section")?.focus(); // which takes a presenter's keys
  }

  // What no control takes is for time, and for what was done.
  /** @param {KeyboardEvent} event */
  press(event) {
    const { key, ctrlKey, metaKey, altKey, defaultPrevented } = event;
    const target = /** @type {Element} */ (event.composedPath()[0]);
    if (defaultPrevented || altKey || target.matches("textarea, input:not([type])")) return;
    if (ctrlKey || metaKey) {
      const back = key === "z";
      if (!back && key !== "Z" && key !== "y") return;
      this.session.travel(back);
    } else if (target.matches(`input, select${key === " " ? ", button, summary" : ""}`)
      && !key.startsWith("Page")) {
      return;
    } else if (!this.player?.press(key)) {
      return;
    }
    event.preventDefault();
  }
}

// A page may load the script twice.
if (!customElements.get("conv-explorer")) customElements.define("conv-explorer", Explorer);
