// What an input adds to each output that reads it, written out.

import { isAsked } from "./asked.js";
import { weightTo } from "./lighting.js";
import { show } from "./numbers.js";
import { placeOf } from "./samples.js";
import { signed } from "./words.js";

/** @import { Lights } from "./lighting.js" */
/** @import { Model } from "./operations.js" */
/** @import { Sample } from "./samples.js" */

// Of each the input, the weight, and the product with its place. Padding adds nothing of its own,
// and of pooling it is no product.
/** @param {Model} model @param {Lights} lights @param {Sample} input */
export function spread(model, { output }, input) {
  const place = placeOf(model, input);
  if (model.family !== "direct" || place < 0) return [];
  return output.channels.flatMap((channel) => output.rows.flatMap((row) =>
    output.columns.flatMap((column) => {
      const to = { ...input, array: /** @type {const} */ ("output"), channel, row, column };
      const [x, w] = [model.x[place], weightTo(model, place, to)];
      const at = `${model.state.out_channels > 1 ? `${channel}, ` : ""}${row}, ${column}`;
      return isAsked(model, to) ? []
        : [[signed(x), signed(w, model.common), ` = ${show(x * w)} to ${at}`]];
    })));
}
