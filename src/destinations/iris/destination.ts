// DFIR-IRIS by its API v2: one alert in IRIS per alert, changed as it goes on.
import { defineDestination } from "../destination.ts";
import { classify } from "./classify.ts";
import { PACE } from "./limits.ts";
import { plain, render } from "./render.ts";
import { ping, request } from "./request.ts";
import { type Settings, settings } from "./settings.ts";

/** The destination `iris`. */
export default defineDestination<Settings>({
  type: "iris",
  label: "DFIR-IRIS",
  settings,
  example: { url: "https://iris.example.com", token: "secret:IRIS_TOKEN", customer_id: 1 },
  pace: () => PACE,
  can: () => ({ edit: true, thread: false, idempotencyKey: false, record: true }),
  proves: "shown",
  render,
  plain,
  transport: {
    kind: "http",
    request,
    classify,
    check: {
      proves: "the token is a key of this instance; its permissions show with a test message",
      request: ping,
      // An answer to a ping holds no alert, and neither does that to an edit have to.
      classify: (answer, at) => classify(answer, { action: "edit", at }),
    },
  },
});
