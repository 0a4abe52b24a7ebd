// Two ways to learn with an explorer: a tour of what it shows, and outputs to predict. Both are
// scripts of their own.

import { write } from "../model/query.js";
import { button } from "./dom.js";
import { slot } from "./extra.js";

/** @import { Session } from "../session.js" */

/** @param {Session} session @param {HTMLElement} host */
export function study(session, host) {
  const [tour, predict] = ["tour", "predict"].map((name) => slot(name, session, host));
  const ask = () => session.replace([write(session.state), "ask=output"].filter(Boolean).join("&"));
  session.on("model", () => {
    if (session.model.asked) predict.show(); // a link may bring an exercise
  });
  return {
    buttons: [button("Tour", () => tour.show()), button("Predict", ask)],
    tour: tour.place,
    predict: predict.place,
  };
}
