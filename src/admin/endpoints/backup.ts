// What a disaster needs: every row out, every row back in, and the projection made again. All of it in pages.
import * as z from "zod";
import { isObjectName } from "../../lib/names.ts";
import { problem } from "../../lib/problem.ts";
import { decodePosition, encodePosition } from "../../lib/table-dump.ts";
import { SCHEMA, VERSION } from "../../release.ts";
import { audit } from "../audit.ts";
import { backupRow } from "../backup-row.ts";
import type { AdminContext } from "../context.ts";
import { type Endpoint, endpoint } from "../endpoint.ts";
import { flag } from "../params.ts";
import { noSuch } from "../problems.ts";
import { adoptRows, backupNames, DATABASE, discardRows, dumpOf, type RestoreAnswer, stageRows, stampOf } from "../queries/backup.ts";
import { objectsOf, projectPage, rebuildProjection } from "../queries/projection.ts";
import { suffices } from "../role.ts";

/** A page of rows and a little more: a row may have 2 MB. */
const MOST_PAGE_BYTES = 8 * 1024 * 1024;

const objectName = z
  .string()
  .refine((name) => isObjectName(name) && !name.startsWith("correlator:"), "must be the name of a ledger or an outbox, such as outbox:soc")
  .meta({ examples: ["ledger:prod:0", "outbox:soc"] });
const digest = z
  .string()
  .regex(/^[0-9a-f]{64}$/, "must be a SHA-256 in hexadecimal")
  .meta({ description: "SHA-256 of the object's file in the backup" });
const restoreStep = z.discriminatedUnion("step", [
  z.strictObject({ step: z.literal("stage"), digest, rows: z.array(backupRow) }),
  z.strictObject({
    step: z.literal("adopt"),
    digest,
    rows: z.int().min(0).meta({ description: "How many rows the object has in the backup" }),
  }),
  z.strictObject({ step: z.literal("discard") }),
]);

/** The endpoints of backup, restore and rebuild. */
export const backupEndpoints: Endpoint[] = [
  endpoint({
    method: "GET",
    path: "/projection",
    operation: "listProjectedObjects",
    summary: "Names of the objects that the projection in D1 is made from",
    handle: async ({ context }) => ({ objects: await objectsOf(context) }),
  }),
  endpoint({
    method: "POST",
    path: "/projection",
    operation: "rebuildProjection",
    summary: "Write rows of the projection again: a page of one object, or (without a body) all there are",
    role: "operate",
    body: z
      .strictObject({ object: objectName, cursor: z.string().max(300).optional(), limit: z.int().min(1).max(500).optional() })
      .optional(),
    refusals: [404],
    handle: async ({ context, body }) => {
      // A name that nobody knows would make an object. After D1 was lost it may be a removed route's: for those who may add a route of that name.
      if (body && !suffices(context.role, "configure") && !(await objectsOf(context)).includes(body.object)) return noSuch("object");
      if (!body?.cursor) await audit(context, { action: "projection.rebuilt", target: body?.object });
      if (!body) return rebuildProjection(context);
      return { object: body.object, ...(await projectPage(context, body.object, body.cursor, body.limit)) };
    },
  }),
  endpoint({
    method: "GET",
    path: "/backup",
    operation: "listBackup",
    summary: "What a backup is made of",
    role: "configure",
    handle: async ({ context }) => ({
      version: VERSION,
      schema: SCHEMA,
      at: new Date(context.now()).toISOString(),
      objects: await backupNames(context),
    }),
  }),
  endpoint({
    method: "GET",
    path: "/backup/:object",
    operation: "readBackup",
    summary: "A page of every row of one object; payloads as they were received are among them",
    role: "configure",
    query: {
      cursor: z.string().max(4_000).optional().meta({ description: "`next` of the page before" }),
      stamp: flag("The stamp alone, without rows"),
    },
    refusals: [404],
    handle: async ({ context, path: { object = "" }, query: { cursor, stamp } }) => {
      if (!(await backupNames(context)).includes(object)) return noSuch("object");
      if (stamp) return { rows: [], next: null, stamp: await stampOf(context, object) };
      const after = cursor === undefined ? null : decodePosition(cursor);
      if (after === undefined) return problem(400, "cursor: must be the `next` of an earlier answer", { where: "cursor" });
      if (after === null) await audit(context, { action: "backup.read", target: object });
      const page = await dumpOf(context, object, after);
      return { ...page, next: page.next && encodePosition(page.next) };
    },
  }),
  endpoint({
    method: "POST",
    path: "/restore/:object",
    operation: "restoreObject",
    summary: "One step of putting a backup into an object that has nothing of its own",
    role: "configure",
    mostBytes: MOST_PAGE_BYTES,
    body: restoreStep,
    refusals: [404, 409],
    handle: async ({ context, path: { object = "" }, body }) => {
      if (object !== DATABASE && !isObjectName(object)) return noSuch("object");
      const answer = await takeStep(context, object, body);
      switch (answer.kind) {
        case "staged":
        case "restored":
        case "discarded":
          return { state: answer.kind };
        case "occupied":
          return problem(409, `${object} has content of its own. A backup goes into an object that has none; nothing was changed.`);
        case "incomplete":
          return problem(409, `${object} is not complete: ${answer.staged} rows are staged. Stage all of them, then adopt.`);
        case "unknown":
          return problem(
            422,
            `The backup has ${answer.what}, which this version does not know. Deploy the version that made it, or a newer one.`,
          );
      }
    },
  }),
];

async function takeStep(context: AdminContext, object: string, body: z.output<typeof restoreStep>): Promise<RestoreAnswer> {
  switch (body.step) {
    case "stage": {
      const answer = await stageRows(context, object, body.digest, body.rows);
      // These rows stand at once; those of the others when they are adopted.
      if (object === DATABASE && answer.kind === "staged")
        await audit(context, { action: "backup.restored", target: object, detail: { rows: body.rows.length } });
      return answer;
    }
    case "adopt": {
      const answer = await adoptRows(context, object, body.digest, body.rows);
      if (answer.kind === "restored") await audit(context, { action: "backup.restored", target: object });
      return answer;
    }
    case "discard":
      return discardRows(context, object);
  }
}
