// Erasing what is known of an alert, or of everything that mentions somebody or something.
import * as z from "zod";
import { keyedHash, maskKeyOf } from "../../config/mask.ts";
import { sha256 } from "../../lib/keys.ts";
import { errorText, log } from "../../lib/log.ts";
import { problem } from "../../lib/problem.ts";
import { audit } from "../audit.ts";
import type { AdminContext } from "../context.ts";
import { type Endpoint, endpoint } from "../endpoint.ts";
import { flag } from "../params.ts";
import { noSuch } from "../problems.ts";
import { decodePosition, type EraseSubject, type Erasure, erase, noTotal, type Total } from "../queries/erase.ts";

const observable = z.strictObject({
  value: z
    .string()
    .trim()
    .min(3, "must have at least 3 characters")
    .max(1_000, "must have at most 1000 characters")
    .meta({ description: "The whole value, in any case of its letters" }),
  type: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .optional()
    .meta({ description: "Only among observables and assets of this type; without it, wherever an alert or a payload has the value" }),
});

/** What is to be erased: exactly one of the two. */
const subject = z
  .strictObject({ alert: z.string().min(1).max(200).optional(), observable: observable.optional() })
  .transform((given, context): EraseSubject => {
    if (given.alert !== undefined && given.observable === undefined) return { alert: given.alert };
    if (given.alert === undefined && given.observable !== undefined) return { observable: given.observable };
    context.addIssue({ code: "custom", message: "needs either an alert or an observable" });
    return z.NEVER;
  })
  .meta({ id: "EraseSubject", examples: [{ observable: { value: "ana@example.com" } }] });

const cursor = z
  .string()
  .transform((text, context) => {
    const position = decodePosition(text);
    if (position) return position;
    context.addIssue({ code: "custom", message: "must be the `next` of an earlier answer" });
    return z.NEVER;
  })
  .optional()
  .meta({ description: "`next` of the page before" });

/** The endpoint that erases. */
export const eraseEndpoints: Endpoint[] = [
  endpoint({
    method: "POST",
    path: "/erase",
    operation: "erase",
    summary: "Erase an alert, or all alerts that mention a value, from every store, page by page",
    role: "configure",
    query: { dry_run: flag("Only counts what would be erased"), cursor },
    body: subject,
    refusals: [404, 503],
    handle: async ({ context, query, body }) => {
      const total = noTotal();
      let answer: Erasure | undefined;
      try {
        answer = await erase(context, body, { dryRun: query.dry_run, position: query.cursor, total });
      } catch (error) {
        if (!query.dry_run && total.alerts + total.cancelled > 0) await remember(context, body, total);
        log("error", "admin.erase_failed", { by: context.author, error: errorText(error) });
        return problem(503, "Part of the relay did not answer, so not all was erased. Ask again: what is left is found again.", {
          retryAfter: 10,
        });
      }
      if (!answer) return noSuch("alert");
      if (!query.dry_run) await remember(context, body, answer);
      return answer;
    },
  }),
];

/** Who erased what is remembered; of a value a hash, under the key of the masks where there is one, so that it is not kept here after all. */
async function remember(context: AdminContext, what: EraseSubject, { alerts, cancelled, waiting }: Total): Promise<void> {
  const detail = { alerts, cancelled, waiting };
  if ("alert" in what) {
    await audit(context, { action: "alert.erased", target: what.alert, detail });
    return;
  }
  const { value, type } = what.observable;
  const { maskKey } = context.loaded.config.relay;
  const key = maskKeyOf({ fields: [], key: maskKey }, context.env);
  const text = value.toLowerCase();
  const hash = key === undefined ? `sha256:${sha256(text)}` : `keyed:${keyedHash(key, "erased", text)}`;
  await audit(context, { action: "observable.erased", detail: { ...detail, observable: hash, type: type ?? null } });
}
