// Layers after the explorer's own, and the size formula the other way round.

import { sequential } from "../model/sequential.js";
import { textsOf } from "../model/layers.js";
import { stackOf } from "../model/stack.js";
import { bring } from "../view/bring.js";
import { copyButton } from "../view/copying.js";
import { fold, make } from "../view/dom.js";
import { Inverse } from "../view/inverse.js";
import { LayerRows } from "../view/layer_rows.js";
import { LevelMaps } from "../view/level_maps.js";
import style from "./stack.css";

/** @import { Session } from "../session.js" */
/** @import { Host } from "../view/bring.js" */

class StackView {
  /** @param {Session} session @param {Host} host */
  constructor(session, host) {
    this.session = session;
    this.open = false; // while nobody can see it, nothing is worked out
    this.rows = new LayerRows(session, host.id);
    this.maps = new LevelMaps(session, host);
    this.code = make("textarea", { readOnly: true, rows: 9, spellcheck: false,
      ariaLabel: "The layers in PyTorch" });
    this.element = make("div", { className: "stack" }, this.rows.element,
      make("p", {}, make("small", {}, "A layer is text, as python -m convdocs sizes reads it: "
        + "k kernel_size, s stride, p padding, op output_padding, d dilation, g groups; "
        + "k3x5 for height and width; psame, nobias, ceil. PyTorch's lines are read, too: "
        + "nn.Conv2d(1, 4, 3, padding=1).")),
      this.maps.element, fold("All layers in PyTorch",
        make("div", {}, this.code, copyButton(session, "as nn.Sequential", this.code))),
      fold("Which settings take one size to another?", new Inverse(session).element));
    session.on("model", () => this.draw());
  }

  /** @param {boolean} open */
  reveal(open) {
    this.open = open;
    if (!open) this.maps.leave();
    this.draw();
  }

  draw() {
    if (!this.open) return;
    const levels = stackOf(this.session.model, textsOf(this.session.state.then));
    this.rows.update(levels);
    this.maps.draw(levels);
    this.code.value = sequential(levels);
  }
}

bring((session, host) => new StackView(session, host), style);
