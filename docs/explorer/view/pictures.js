// The built-in pictures: zeros stand for one until it has come.

import { work } from "../model/compute.js";
import { lacks, receive } from "../model/fills.js";
import { extra } from "./extra.js";

/** @import { Session } from "../session.js" */

// Work a state out again when the picture that it names has come.
/** @param {Session} session */
export const keepPictures = (session) => session.on("model", () => {
  if (!lacks(session.state.input)) return;
  extra("pictures").then((pictures) => {
    receive(pictures());
    session.show(work(session.state), session.now.time, session.held);
  }, (error) => session.say(String(error)));
});
