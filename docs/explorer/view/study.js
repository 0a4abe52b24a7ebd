// Two ways to learn with an explorer: a tour of what it shows, and outputs to predict. Both are
// scripts of their own.

import { button } from "./dom.js";
import { slot } from "./extra.js";

/** @import { Session } from "../session.js" */
/** @import { Host } from "./bring.js" */

/** @param {Session} session @param {Host} host */
export function study(session, host) {
  const [tour, predict] = ["tour", "predict"].map((name) => slot(name, session, host));
  session.on("model", () => {
    if (session.model.asked) predict.show(false); // a link may bring an exercise
  });
  return {
    buttons: [button("Tour", () => tour.show()), button("Predict", () => predict.show())],
    tour: tour.place,
    predict: predict.place,
  };
}
