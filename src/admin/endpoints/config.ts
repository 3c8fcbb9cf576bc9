// The configuration: as a file, planned, applied, its revisions.
import * as z from "zod";
import type { ConfigRefusal } from "../../config/check.ts";
import { maskedText } from "../../config/export.ts";
import { placedProblems } from "../../config/toml.ts";
import { problem } from "../../lib/problem.ts";
import { readRevision, stateName } from "../../store/config-state.ts";
import { sendAsset } from "../asset.ts";
import { audit } from "../audit.ts";
import { type Endpoint, endpoint } from "../endpoint.ts";
import { notModified, preconditionFailed } from "../etag.ts";
import { flag } from "../params.ts";
import { noSuch } from "../problems.ts";
import { type ApplyAnswer, applyPlanned, exportConfig, planConfig, presentState, registriesOf } from "../queries/config.ts";
import { listRevisions, revisionSearch } from "../queries/revisions.ts";

const MOST_BYTES = 1_048_576;
const TOML = "application/toml; charset=utf-8";
const dryRun = flag("Answers the plan; nothing is changed");
const text = z
  .string()
  .refine((given) => given.trim() !== "", "must not be empty; a comment alone removes everything")
  .meta({ description: "The configuration file", examples: ['[destinations.board]\ntype = "inbox"\n'] });

const etagOf = (state: string): string => `"${state}"`;

/** The endpoints of the configuration. */
export const configEndpoints: Endpoint[] = [
  endpoint({
    method: "GET",
    path: "/config",
    operation: "exportConfiguration",
    summary: "The configuration as a file; it holds the ids of routes, which are credentials",
    role: "configure",
    etag: true,
    alsoAnswers: ["application/toml"],
    handle: async ({ context, headers }) => {
      const { text: exported, state } = await exportConfig(context);
      const etag = etagOf(stateName(state));
      const known = notModified(headers, etag);
      if (known) return known;
      await audit(context, { action: "configuration.exported", target: `revision ${state.revision}` });
      return new Response(exported, { headers: { "content-type": TOML, etag, "tocsin-revision": String(state.revision) } });
    },
  }),
  endpoint({
    method: "PUT",
    path: "/config",
    operation: "applyConfiguration",
    summary: "Apply a configuration file as one revision, or plan to",
    role: "configure",
    takes: "application/toml",
    mostBytes: MOST_BYTES,
    query: {
      dry_run: dryRun,
      origin: z.enum(["file", "edit"], { error: "must be file or edit" }).prefault("edit").meta({
        description: "Whether this is a file that is applied, with which `npm start --config` compares, or an edit of what was there",
      }),
    },
    body: text,
    etag: true,
    refusals: [412],
    handle: async ({ context, query, body, headers }) => {
      const present = await presentState(context);
      const etag = etagOf(stateName(present));
      const stale = query.dry_run ? undefined : (preconditionFailed(headers, etag) ?? withoutIfMatch(headers, etag));
      if (stale) return stale;
      const planned = planConfig(context, body, present);
      if (!planned.ok) return refused(planned.reason);
      if (query.dry_run) return Response.json(planned.value.plan, { headers: { etag } });
      const answer = await applyPlanned(context, planned.value, { origin: query.origin });
      return answer.kind === "done" ? done(answer) : conflict(412, answer.what);
    },
  }),
  endpoint({
    method: "GET",
    path: "/config/schema",
    operation: "configurationSchema",
    summary: "The configuration file as a JSON schema, for editors",
    alsoAnswers: ["application/schema+json"],
    etag: true,
    handle: ({ context, headers }) =>
      sendAsset(context.env, "tocsin.schema.json", headers, {
        "content-type": "application/schema+json",
        "cache-control": "private, no-cache",
      }),
  }),
  endpoint({
    method: "GET",
    path: "/config/revisions",
    operation: "listRevisions",
    summary: "Revisions of the configuration, newest first",
    query: revisionSearch,
    handle: ({ context, query }) => listRevisions(context.env.DB, query),
  }),
  endpoint({
    method: "GET",
    path: "/config/revisions/:revision",
    operation: "readRevision",
    summary: "The file of a revision as it was applied, with stars for plain secrets",
    role: "configure",
    alsoAnswers: ["application/toml"],
    refusals: [404, 422],
    handle: async ({ context, path }) => {
      const found = await revisionOf(context.env.DB, path.revision);
      if (!found) return noSuch("revision");
      await audit(context, { action: "configuration.exported", target: `revision ${found.revision}` });
      const shown = maskedText(found.source, registriesOf(context));
      if (shown === undefined) return problem(422, `The text of revision ${found.revision} can no longer be read.`);
      return new Response(shown, { headers: { "content-type": TOML, "tocsin-revision": String(found.revision) } });
    },
  }),
  endpoint({
    method: "POST",
    path: "/config/revisions/:revision/rollback",
    operation: "rollBack",
    summary: "Apply the text of an earlier revision as a new one",
    role: "configure",
    query: { dry_run: dryRun },
    etag: true,
    refusals: [404, 409, 412, 422],
    handle: async ({ context, path, query, headers }) => {
      const [found, present] = await Promise.all([revisionOf(context.env.DB, path.revision), presentState(context)]);
      if (!found) return noSuch("revision");
      const etag = etagOf(stateName(present));
      const stale = preconditionFailed(headers, etag);
      if (stale) return stale;
      const planned = planConfig(context, found.source, present);
      if (!planned.ok) return refused(planned.reason, `The text of revision ${found.revision} is not valid any more: `);
      if (query.dry_run) return Response.json(planned.value.plan, { headers: { etag } });
      const answer = await applyPlanned(context, planned.value, { origin: "rollback", backTo: found.revision });
      return answer.kind === "done" ? done(answer) : conflict(409, answer.what);
    },
  }),
];

const revisionOf = async (db: D1Database, number = "") => (/^\d{1,15}$/.test(number) ? readRevision(db, Number(number)) : undefined);

function done({ kind: _, ...answer }: Extract<ApplyAnswer, { kind: "done" }>): Response {
  return Response.json(answer, { headers: { etag: etagOf(answer.state), "tocsin-revision": String(answer.revision) } });
}

/** Whoever replaces everything has to say what they saw. */
function withoutIfMatch(headers: Headers, etag: string): Response | undefined {
  if (headers.get("if-match") !== null) return undefined;
  return problem(412, "Send If-Match with the ETag of the configuration that you mean to replace.", { headers: { etag } });
}

const conflict = (status: 409 | 412, what: "applied" | "edited"): Response =>
  problem(
    status,
    `${what === "applied" ? "Somebody else applied a configuration" : "Somebody changed the configuration by hand"} at the same moment. Nothing was changed.`,
  );

/** Everything that is wrong with a text, with its places. */
export function refused(reason: ConfigRefusal, before = ""): Response {
  switch (reason.kind) {
    case "unreadable": {
      const { message, line = 1, column = 1 } = reason.reason;
      return problem(400, `${before}line ${line}, column ${column}: ${message}`, { errors: [{ key: "", line, column, message }] });
    }
    case "wrong": {
      const errors = placedProblems(reason.problems, reason.file.locate);
      const [first] = errors;
      const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : "";
      return problem(422, `${before}line ${first?.line}: ${first?.key}: ${first?.message}${more}`, { where: first?.key, errors });
    }
  }
}
