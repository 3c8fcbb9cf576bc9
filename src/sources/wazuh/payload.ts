// A Wazuh alert as alerts.json and the integrator hold it, read liberally.
// Shapes: wazuh/wazuh src/analysisd/format/to_json.c, json_extended.c; issues of wazuh/wazuh for what modules put into `data`.
import type * as z from "zod";
import type { Json } from "../../alert.ts";
import { fields, line, lines, number, text } from "../lenient.ts";
import { asLine, isObject, type JsonObject } from "../read.ts";

const named = fields({ id: line(), name: line() });

const alertSchema = fields({
  timestamp: line(),
  "@timestamp": line(),
  id: line(),
  rule: fields({
    id: line(),
    level: number(),
    description: line(),
    firedtimes: number(),
    frequency: number(),
    groups: lines(),
    info: line(),
    // `tactics` was the name until 3.11.
    mitre: fields({ id: lines(), tactic: lines(), tactics: lines(), technique: lines() }),
  }),
  agent: fields({ id: line(), name: line(), ip: line() }),
  agentless: fields({ host: line() }),
  manager: fields({ name: line() }),
  cluster: fields({ name: line(), node: line() }),
  location: line(),
  full_log: text(),
  previous_output: text(),
  decoder: fields({ name: line(), parent: line() }),
  predecoder: fields({ hostname: line(), program_name: line() }),
  syscheck: fields({
    path: line(),
    event: line(),
    mode: line(),
    value_name: line(),
    changed_attributes: lines(),
    md5_after: line(),
    sha1_after: line(),
    sha256_after: line(),
    size_before: line(),
    size_after: line(),
    diff: text(),
    audit: fields({
      user: named,
      login_user: named,
      effective_user: named,
      process: fields({ id: line(), name: line(), cwd: line() }),
    }),
  }),
});

const vulnerabilitySchema = fields({
  cve: line(),
  severity: line(),
  status: line(),
  title: line(),
  rationale: text(),
  description: text(),
  published: line(),
  reference: line(),
  references: lines(),
  cvss: fields({
    cvss2: fields({ base_score: number() }),
    cvss3: fields({ base_score: number() }),
  }),
  score: fields({ base: number(), version: line() }),
  package: fields({ name: line(), version: line(), condition: line(), architecture: line() }),
  // What Windows programs were called in 3.x.
  software: fields({ name: line(), version: line() }),
});

/** What the vulnerability detector found. */
export type Vulnerability = z.output<typeof vulnerabilitySchema>;

/** One alert. `data` is what the decoder found, as it came. */
export type WazuhAlert = z.output<typeof alertSchema> & {
  data: JsonObject;
  vulnerability: Vulnerability | undefined;
  /** Whether the alert is about a monitored file or registry key. */
  isFile: boolean;
};

/** Reads an alert, also out of what the indexer wraps around it; undefined when it has no rule as Wazuh writes one. */
export function readAlert(body: Json): WazuhAlert | undefined {
  const document = isObject(body) && isObject(body._source) ? body._source : body;
  if (!isObject(document) || !isObject(document.rule)) return undefined;
  const alert = alertSchema.parse(document);
  const { rule, agent, manager } = alert;
  // Elsewhere a rule has neither number nor level; and nobody else names both the rule and the agent or the manager.
  const isRule = rule.id !== undefined && (rule.level !== undefined || rule.description !== undefined);
  const isFrom = agent.id !== undefined || manager.name !== undefined || alert.decoder.name !== undefined;
  if (!isRule || !isFrom) return undefined;
  const data = isObject(document.data) ? document.data : {};
  return {
    ...alert,
    data,
    vulnerability: isObject(data.vulnerability) ? vulnerabilitySchema.parse(data.vulnerability) : undefined,
    isFile: alert.syscheck.path !== undefined,
  };
}

/** A member of nested objects, such as `win.eventdata.ipAddress`, as one line; `-` and the like are how Wazuh writes nothing. */
export function member(data: JsonObject, path: string): string | undefined {
  let value: Json | undefined = data;
  for (const key of path.split(".")) value = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  const found = asLine(value, 300);
  return found === undefined || /^(?:-|null|none|n\/a|unknown|::|0\.0\.0\.0)$/i.test(found) ? undefined : found;
}
