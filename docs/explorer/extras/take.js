// To take away: a picture of what is seen, the run as an animated one, and a frame for a page.

import { range } from "../model/geometry.js";
import { painted, save } from "../picture/file.js";
import { Gif } from "../picture/gif.js";
import { PAINTS } from "../picture/ink.js";
import { picture } from "../picture/svg.js";
import { fileOf } from "../picture/words.js";
import { bring } from "../view/bring.js";
import { addressOf, copyButton } from "../view/copying.js";
import { button, make, row } from "../view/dom.js";

/** @import { Session } from "../session.js" */
/** @import { Colours } from "../picture/ink.js" */

const SHARP = 2; // pixels of a picture for one of its units
const LARGEST = 8192; // pixels that a canvas has for certain, along an axis
const FRAMES = 257; // of a run: an input of 16 by 16, and its beginning
const PIXELS = 2e8; // of all frames together
const BYTES = 8e6;
const LAST = 200; // hundredths of a second for the end

// The tag that shows an address in a page.
/** @param {string} address */
const frame = (address) => `<iframe src="${address.replaceAll("&", "&amp;")}" `
  + 'title="Explorer of convolutions" width="100%" height="720" style="border: 0" '
  + 'allow="fullscreen; clipboard-write"></iframe>';

// The palette as it is seen: in the reader's theme.
/** @param {HTMLElement} host @returns {Colours} */
function coloursOf(host) {
  const probe = make("i", { hidden: true });
  probe.style.setProperty("forced-color-adjust", "none");
  host.shadowRoot?.append(probe);
  const found = PAINTS.map((name) => {
    probe.style.color = `var(--${name})`;
    return [name, getComputedStyle(probe).color.match(/\d+/g)?.map(Number)];
  });
  probe.remove();
  return Object.fromEntries(found);
}

export class Take {
  /** @param {Session} session @param {HTMLElement} host */
  constructor(session, host) {
    this.session = session;
    this.host = host;
    const saves = row(this.does("Save SVG", () => this.svg()),
      this.does("Save PNG", () => this.png()), this.does("Save the run", () => this.run()));
    this.element = make("div", {}, ...(host.hasAttribute("embed") ? this.frames() : []), saves);
  }

  // The tag for the state that is on show, where there is a page that holds nothing else.
  frames() {
    const { session, host } = this;
    const tag = make("input", { readOnly: true, ariaLabel: "This state in an iframe" });
    const update = () => { tag.value = frame(addressOf(host, session.text, "embed")); };
    session.on("chosen", update);
    update();
    return [tag, copyButton(session, "as iframe", tag)];
  }

  // A button that says what came of it; while it works, it is off.
  /** @param {string} text @param {() => string | Promise<string>} act */
  does(text, act) {
    const one = button(text, async () => {
      one.disabled = true;
      try {
        this.session.say(await act());
      } catch (error) {
        this.session.say(String(error));
      }
      one.disabled = false;
    });
    return one;
  }

  get name() {
    const { now, total } = this.session;
    return fileOf(this.session, `step-${now.time}-of-${total}`);
  }

  svg() {
    const { svg } = picture(this.session, coloursOf(this.host));
    save(new Blob([svg], { type: "image/svg+xml" }), `${this.name}.svg`);
    return "Saved.";
  }

  async png() {
    const { name } = this;
    const drawn = picture(this.session, coloursOf(this.host));
    const scale = Math.min(SHARP, LARGEST / Math.max(drawn.width, drawn.height));
    const { canvas } = await painted(drawn, scale);
    /** @type {Blob | null} */
    const file = await new Promise((done) => { canvas.toBlob(done); });
    if (!file) return "The picture is too large.";
    save(file, `${name}.png`);
    return "Saved.";
  }

  // All steps, or as many of them as fit, drawn from a session of its own: the reader may go on
  // with this one.
  async run() {
    const colours = coloursOf(this.host);
    const run = new (/** @type {typeof Session} */ (this.session.constructor))();
    run.begin(this.session.text);
    run.go(0);
    const { total } = run;
    const { width, height } = picture(run, colours);
    const most = Math.max(1, Math.min(FRAMES, Math.floor(PIXELS / (width * height))) - 1);
    let [by, file] = [Math.ceil(total / most), /** @type {Blob | null} */ (null)];
    while (!file) {
      // oxlint-disable-next-line no-await-in-loop -- only if the last one was too large
      file = await this.film(run, by, width, height, colours);
      if (!file && by >= total) return "Even two pictures would be larger than 8 MB.";
      if (!file) by *= 2;
    }
    save(file, `${fileOf(run, by > 1 ? `run-by-${by}` : "run")}.gif`);
    return by > 1 ? `Saved: one in ${by} of the ${total} steps; all would be too large a file.`
      : "Saved.";
  }

  // One in so many steps, and the last; nothing if that would be too large.
  /** @param {Session} run @param {number} by @param {number} width @param {number} height
   * @param {Colours} colours */
  async film(run, by, width, height, colours) {
    const times = range(Math.ceil(run.total / by) + 1).map((k) => Math.min(k * by, run.total));
    const scale = width * height * times.length * SHARP * SHARP <= PIXELS ? SHARP : 1;
    this.session.say(`Drawing ${times.length} pictures…`);
    const gif = new Gif(width * scale, height * scale);
    const pace = Math.round(this.session.pace / 10);
    for (const time of times) {
      run.go(time);
      // oxlint-disable-next-line no-await-in-loop -- all at once would fill the memory
      const { canvas, pen } = await painted(picture(run, colours), scale);
      const { data } = pen.getImageData(0, 0, canvas.width, canvas.height);
      gif.add(new Uint32Array(data.buffer), time < run.total ? pace : Math.max(LAST, pace));
      if (gif.bytes > BYTES) return null;
    }
    return gif.end();
  }
}

bring((session, host) => new Take(session, host));
