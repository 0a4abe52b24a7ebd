// <conv-explorer state="size=7&stride=2">: the element, its life and its layout.

import { parse } from "./model/query.js";
import { DEFAULT } from "./model/settings.js";
import { Session } from "./session.js";
import { Controls } from "./view/controls.js";
import { fold, make, row } from "./view/dom.js";
import { NumberField } from "./view/editing.js";
import { Filling } from "./view/filling.js";
import { MatrixView } from "./view/matrix.js";
import { Picker } from "./view/picker.js";
import { Player } from "./view/player.js";
import { Readout } from "./view/readout.js";
import { Share } from "./view/share.js";
import { Stage } from "./view/stage.js";

const SCRIPT = /** @type {HTMLScriptElement} */ (document.currentScript).src;
const STYLE = new URL("explorer.css", SCRIPT).href;
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
    const body = make("section", { ariaLabel: "Explorer", hidden: true }, ...this.parts());
    const reveal = () => { body.hidden = false; }; // not before its style is there
    const style = make("link", { rel: "stylesheet", href: STYLE, onload: reveal, onerror: reveal });
    this.attachShadow({ mode: "open" }).append(style, body);
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
    const matrix = new MatrixView(session);
    const folded = fold("The matrix", matrix.element);
    folded.ontoggle = () => matrix.reveal(folded.open);
    const share = new Share(session, (text) => `${location.href.split("#")[0]}#${this.id}?${text}`);
    return [picker.element, settings, this.note(), stage.element, this.player.element,
      row(readout.element, number.element), readout.sum, readout.sizes, filling, folded,
      fold("PyTorch and link", share.element)];
  }

  note() {
    const note = make("p", { className: "note", role: "status" });
    this.session.on("note", () => { note.textContent = this.session.note; });
    return note;
  }
}

customElements.define("conv-explorer", Explorer);
