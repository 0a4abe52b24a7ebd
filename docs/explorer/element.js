// <conv-explorer state="size=7&stride=2">: the element, its life and its layout.

import { Session } from "./session.js";
import { keepAddress, wasHere } from "./view/address.js";
import { Controls } from "./view/controls.js";
import { fold, make } from "./view/dom.js";
import { foldOf } from "./view/extra.js";
import { Filling } from "./view/filling.js";
import { Picker } from "./view/picker.js";
import { Player } from "./view/player.js";
import { Readout } from "./view/readout.js";
import { Share } from "./view/share.js";
import { Stage } from "./view/stage.js";

const sheet = new CSSStyleSheet();
sheet.replaceSync(STYLE);
let explorers = 0;

/** @param {unknown} error */
const reason = (error) => /** @type {Error} */ (error).message;

class Explorer extends HTMLElement {
  static observedAttributes = ["state"];

  session = new Session();

  connectedCallback() {
    if (!this.shadowRoot) {
      this.build();
      if (!this.follow()) this.restart();
      else if (!wasHere()) this.scrollIntoView();
      keepAddress(this.session, () => this.fragment);
    }
    window.addEventListener("hashchange", this);
  }

  disconnectedCallback() {
    window.removeEventListener("hashchange", this);
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
    return `#${this.id}?`;
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

  // Begin with the state of the address, if it is one of this explorer.
  follow() {
    if (!location.hash.startsWith(this.fragment)) return false;
    try {
      this.session.begin(location.hash.slice(this.fragment.length));
    } catch (error) {
      this.restart();
      this.session.say(`The link cannot be read: ${reason(error)}. Here is the page's own state.`);
    }
    return true;
  }

  // A link was followed, or the reader went back to the page as it was before one.
  /** @param {Event} event */
  handleEvent(event) {
    const { oldURL } = /** @type {HashChangeEvent} */ (event);
    if (this.follow()) this.scrollIntoView();
    else if (!location.hash && oldURL.includes(this.fragment)) this.restart();
  }

  build() {
    explorers += 1;
    this.id ||= explorers > 1 ? `conv-explorer-${explorers}` : "conv-explorer";
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sheet];
    root.append(make("section", { ariaLabel: "Explorer" }, ...this.parts()));
  }

  // All that stands in the explorer, from top to bottom.
  parts() {
    const { session } = this;
    const picker = new Picker(session, () => this.first);
    const settings = fold("Settings", new Controls(session, this.id).element);
    settings.open = !this.hasAttribute("compact");
    const stage = new Stage(session);
    this.player = new Player(session);
    const readout = new Readout(session);
    const filling = fold("Numbers", new Filling(session).element);
    const share = new Share(session, (text) => this.address(text, "page"),
      this.hasAttribute("embed") ? (text) => this.address(text, "embed") : undefined);
    const away = foldOf("Take away", "take", session, this, share.element);
    return [picker.element, settings, this.note(), stage.element, this.player.element,
      readout.element, readout.sum, readout.sizes, filling,
      foldOf("The matrix", "matrix", session, this), away, share.paper,
      ...(this.hasAttribute("page") ? [this.leave()] : [])];
  }

  // Where a state is shown: here, or on another page that an attribute names.
  /** @param {string} text @param {"page" | "embed"} attribute */
  address(text, attribute) {
    const page = this.getAttribute(attribute);
    if (page === null) return `${location.href.split("#")[0]}${this.fragment}${text}`;
    return `${new URL(page, location.href).href}#conv-explorer?${text}`;
  }

  // Leads out of a frame to the whole page.
  leave() {
    const link = make("a", { target: "_blank", rel: "noopener" }, "Open in convdocs");
    this.session.on("chosen", () => { link.href = this.address(this.session.text, "page"); });
    return make("p", {}, link);
  }

  note() {
    const note = make("p", { className: "note", role: "status" });
    this.session.on("note", () => { note.textContent = this.session.note; });
    return note;
  }
}

// A page may load the script twice.
if (!customElements.get("conv-explorer")) customElements.define("conv-explorer", Explorer);
