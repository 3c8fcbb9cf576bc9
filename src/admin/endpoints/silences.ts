// Silences: what people hide for a while.
import * as z from "zod";
import { silenceShape } from "../../config/silence.ts";
import { problem } from "../../lib/problem.ts";
import { type Endpoint, endpoint } from "../endpoint.ts";
import { momentAfter } from "../params.ts";
import { noSuch } from "../problems.ts";
import { trySilence } from "../queries/silence-trial.ts";
import { findSilence, listSilences, makeSilence, type NotMade, silenceSearch, stopSilence, TOO_MANY } from "../queries/silences.ts";

const moment = () =>
  z.string().refine((text) => momentAfter(text, 0) !== undefined, "must be a time such as 2026-11-21T14:00:00Z, or a duration such as 2h");

/** A silence as it is asked for. */
export const silenceWanted = z
  .strictObject({
    ...silenceShape(),
    from: moment().optional().meta({ description: "When it begins: a time, or a duration from now; absent: now" }),
    until: moment().meta({ description: "When it ends: a time, or a duration from its beginning" }),
  })
  .meta({
    id: "SilenceRequest",
    examples: [
      { when: 'alert.assets.exists(a, a.name == "srv-01")', until: "2h", owner: "ana@example.com", comment: "srv-01 is reinstalled" },
      {
        when: 'alert.category == "backup"',
        until: "2027-01-01T00:00:00Z",
        recur: { zone: "Europe/Paris", days: ["sun"], from: "02:00", to: "04:00" },
        ceiling: "medium",
        owner: "storage team",
        comment: "the weekly backup",
        routes: ["prod"],
      },
    ],
  });

/** The endpoints of silences. */
export const silenceEndpoints: Endpoint[] = [
  endpoint({
    method: "GET",
    path: "/silences",
    operation: "listSilences",
    summary: "Silences with what they hid, newest first",
    query: silenceSearch,
    handle: ({ context, query }) => listSilences(context, query),
  }),
  endpoint({
    method: "POST",
    path: "/silences",
    operation: "makeSilence",
    summary: "Hide what a condition fits for a while, up to a severity",
    body: silenceWanted,
    status: 201,
    refusals: [409],
    handle: async ({ context, body }) => {
      const made = await makeSilence(context, body);
      return made.ok ? made.value : notMade(made.reason);
    },
  }),
  endpoint({
    method: "POST",
    path: "/silences/try",
    operation: "trySilence",
    summary: "How many alerts of the last day a silence would hide, whatever their hour; nothing is made",
    role: "read",
    body: silenceWanted,
    handle: async ({ context, body }) => {
      const tried = await trySilence(context, body);
      return tried.ok ? tried.value : notMade(tried.reason);
    },
  }),
  endpoint({
    method: "GET",
    path: "/silences/:id",
    operation: "getSilence",
    summary: "One silence with what it hid",
    refusals: [404],
    handle: async ({ context, path: { id = "" } }) => (await findSilence(context, id)) ?? noSuch("silence"),
  }),
  endpoint({
    method: "DELETE",
    path: "/silences/:id",
    operation: "endSilence",
    summary: "End a silence; what it hid is told if it still matters",
    status: 204,
    refusals: [404],
    handle: async ({ context, path: { id = "" } }) => ((await stopSilence(context, id)) === "unknown" ? noSuch("silence") : undefined),
  }),
];

function notMade(reason: NotMade): Response {
  if (reason === "too_many") return problem(409, TOO_MANY);
  return problem(422, `${reason.where}: ${reason.sentence}`, { where: reason.where });
}
