// <conv-explorer state="size=7&stride=2">: the element, its life and its layout.

import { parse, write } from "./model/query.js";
import { DEFAULT } from "./model/settings.js";
import { Session } from "./session.js";
import { Controls } from "./view/controls.js";
import { fold, make, row } from "./view/dom.js";
import { NumberField } from "./view/editing.js";
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

class Explorer extends HTMLElement {
  static observedAttributes = ["state"];

  session = new Session();

  connectedCallback() {
    if (!this.shadowRoot) {
      this.build();
      this.session.load(this.initial());
      this.follow();
    }
    window.addEventListener("hashchange", this);
  }

  disconnectedCallback() {
    window.removeEventListener("hashchange", this);
    this.player?.pause();
  }

  attributeChangedCallback() {
    if (this.shadowRoot) this.session.load(this.initial());
  }

  initial() {
    return parse(this.getAttribute("state") ?? "") ?? DEFAULT;
  }

  handleEvent() {
    this.follow();
  }

  // A link to a state ends in "#", the element's id, "?" and the state.
  follow() {
    const start = `#${this.id}?`;
    if (!location.hash.startsWith(start)) return;
    const state = parse(location.hash.slice(start.length));
    this.session.load(state ?? this.initial());
    if (!state) this.session.say("No state that can exist: here is the default.");
    this.scrollIntoView();
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
    const picker = new Picker(session);
    const settings = fold("Settings", new Controls(session, this.id).element);
    settings.open = !this.hasAttribute("compact");
    const number = new NumberField(session);
    const stage = new Stage(session, (cell) => number.begin(cell));
    this.player = new Player(session);
    const readout = new Readout(session);
    const filling = fold("Numbers", new Filling(session).element);
    const share = new Share(session, (text) => this.address(text, "page"),
      this.hasAttribute("embed") ? (text) => this.address(text, "embed") : undefined);
    const away = foldOf("Take away", "take", session, this, share.element);
    return [picker.element, settings, this.note(), stage.element, this.player.element,
      row(readout.element, number.element), readout.sum, readout.sizes, filling,
      foldOf("The matrix", "matrix", session, this), away, share.paper,
      ...(this.hasAttribute("page") ? [this.leave()] : [])];
  }

  // Where a state is shown: here, or on another page that an attribute names.
  /** @param {string} text @param {"page" | "embed"} attribute */
  address(text, attribute) {
    const page = this.getAttribute(attribute);
    if (page === null) return `${location.href.split("#")[0]}#${this.id}?${text}`;
    return `${new URL(page, location.href).href}#conv-explorer?${text}`;
  }

  // Leads out of a frame to the whole page.
  leave() {
    const link = make("a", { target: "_blank", rel: "noopener" }, "Open in convdocs");
    this.session.on("model", () => {
      link.href = this.address(write(this.session.state), "page");
    });
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
