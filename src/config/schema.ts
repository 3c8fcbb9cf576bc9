// The tables of the configuration, other than the keys that a source or a destination kind brings itself.
import * as z from "zod";
import { parseNetwork } from "../lib/network.ts";
import { fail, ok } from "../outcome.ts";
import { bySeverity, bytes, duration, field, instant, person, rate, severity, uuid, webAddress } from "./fields.ts";
import { condition, escalateSchema, groupSchema, muteSchema, silentSchema, thresholdSchema, unlessSchema } from "./gate-schemas.ts";
import { ruleHoursSchema } from "./hours-schema.ts";
import { keyPaths } from "./key-paths.ts";
import { maskSchema } from "./mask.ts";
import { secret } from "./secret.ts";
import { fitsDetail, templateSchema, UNFIT } from "./template-schema.ts";

// What several keys share is made once, since it is made when the Worker starts.
const TEXT = z.string().min(1);
const RETENTION = duration({ atLeast: "1h" }).optional();

const PEOPLE = z.array(person()).optional();

/** `[relay]`. */
export const relaySchema = z.strictObject({
  url: webAddress("https://relay.example.com").optional(),
  retention: RETENTION,
  retention_payloads: RETENTION,
  retention_audit: duration({ atLeast: "1d" }).optional(),
  mask_key: secret().optional(),
  link_key: secret().optional(),
  access: z.strictObject({ read: PEOPLE, operate: PEOPLE, configure: PEOPLE }).optional(),
  notify: z.array(TEXT).optional(),
  plan: z.enum(["free", "paid"]).optional(),
});

const HEADER_NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/;
const HEADER = z.string().regex(HEADER_NAME, { error: "must be the name of a header, such as X-Signature" });

/** `auth` of a route: how a request proves who sent it. */
export const authSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("header"), name: HEADER, value: secret() }),
  z.strictObject({ type: z.literal("basic"), username: TEXT, password: secret() }),
  z.strictObject({
    type: z.literal("hmac"),
    secrets: z.array(secret()).min(1),
    header: HEADER,
    algorithm: z.enum(["sha256", "sha1", "sha512"]).default("sha256"),
    encoding: z.enum(["hex", "base64"]).default("hex"),
    prefix: z.string().default(""),
    timestamp_header: HEADER.optional(),
  }),
]);

const NAMES = z.array(TEXT);
const PINGS = z.strictObject(bySeverity(() => TEXT));
const TEMPLATE = templateSchema().optional();
const DETAIL = z.enum(["simple", "full"]);
const destinationsBySeverity = z.strictObject({ ...bySeverity(() => NAMES), default: NAMES.optional() });

/** Lets through what a rule may say in `to`; a rule that could reach nobody is refused, since its alerts would vanish. */
const target = () =>
  z
    .union([NAMES, destinationsBySeverity])
    .refine((to) => (Array.isArray(to) ? to.length > 0 : Object.values(to).some((list) => list !== undefined && list.length > 0)), {
      error: "names no destination",
      params: { instead: 'write for example to = ["soc"], or remove the rule' },
    });

/** `[[routes.NAME.rules]]`. */
export const ruleSchema = z
  .strictObject({
    name: z.string().min(1).max(200).optional(),
    enabled: z.boolean().default(true),
    when: condition().optional(),
    to: target().optional(),
    stop: z.boolean().default(false),
    template: TEMPLATE,
    detail: DETAIL.optional(),
    ping: PINGS.optional(),
    mute: muteSchema().optional(),
    threshold: thresholdSchema().optional(),
    unless: unlessSchema().optional(),
    group: groupSchema().optional(),
    hours: ruleHoursSchema().optional(),
    escalate: escalateSchema().optional(),
  })
  .refine(fitsDetail, UNFIT);

/** `[routes.NAME]` without the source's own keys and without `source`, which chooses them. */
export const routeSchema = z.strictObject({
  id: uuid(),
  source: z.unknown().optional(),
  enabled: z.boolean().default(true),
  former_ids: z.array(z.strictObject({ id: uuid(), until: instant() })).optional(),
  shards: z.int().min(1).max(64).default(1),
  rules: z.array(ruleSchema).default([]),
  auth: authSchema.optional(),
  console: webAddress("https://console.example.com").optional(),
  max_body: bytes().default(1_048_576),
  intake_rate: rate().optional(),
  default_severity: severity().default("high"),
  severity_map: z.record(z.string(), severity()).optional(),
  dedup_window: duration({ atLeast: "1s" }).optional(),
  dedup_key: keyPaths().optional(),
  soft_deadline: duration({ atMost: "60s" }).default(1_000),
  retention: RETENTION,
  retention_payloads: RETENTION,
  mask: maskSchema().optional(),
  silent_after: silentSchema().optional(),
  enrich: z.array(TEXT).optional(),
});

const FAILURES = 5;
const FAILOVER_AFTER_MS = 60_000;

/** Who takes over: a name alone, or with when. Whether there is such a destination is seen where all of them are known. */
const failover = () =>
  z.union([
    TEXT.transform((to) => ({ to, failures: FAILURES, after: FAILOVER_AFTER_MS })),
    z.strictObject({
      to: TEXT,
      failures: z.int().min(1).default(FAILURES),
      after: duration({ atLeast: "1s" }).default(FAILOVER_AFTER_MS),
    }),
  ]);

/** `[destinations.NAME]` without the kind's own keys and without `type`, which chooses them. */
export const destinationSchema = z
  .strictObject({
    type: z.unknown().optional(),
    rate: rate().optional(),
    digest: z
      .strictObject({
        after: z.int().min(1).default(20),
        every: duration({ atLeast: "1s" }).default(60_000),
        max: z.int().min(1).default(100),
      })
      .prefault({}),
    ping: PINGS.default({}),
    failover: failover().optional(),
    template: TEMPLATE,
    detail: DETAIL.default("full"),
    priority: z.int().min(0).max(100).default(50),
  })
  .refine(fitsDetail, UNFIT);

/** A name with all below it, or a network, such as an enricher is not asked about. */
const namesOrNetworks = () =>
  z.array(
    field((value) => {
      const found = typeof value === "string" ? value.toLowerCase().replace(/^\.|\.$/g, "") : "";
      if (parseNetwork(found) !== undefined || /^[a-z0-9_-]+(\.[a-z0-9_-]+)+$/.test(found)) return ok(found);
      return fail({ message: "must be a domain or a network", instead: 'write for example "corp.example.com" or "198.51.100.0/24"' });
    }).meta({ type: "string" }),
  );

/** `[enrichers.NAME]` without the type's own keys. `type` is the name unless it is given. */
export const enricherSchema = z.strictObject({
  type: z.unknown().optional(),
  rate: rate().optional(),
  except: namesOrNetworks().default([]),
});

/** Tables at the top of the file. */
export const TABLES: readonly string[] = ["relay", "lists", "destinations", "routes", "enrichers", "inhibit"];
