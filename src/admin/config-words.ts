// Durations, rates and signatures in the words of the configuration file.
import type { Auth, DestinationConfig, Rate, Rule, Template } from "../config/model.ts";
import { STARS } from "../config/plain-secrets.ts";
import { type WrittenGates, writtenGates } from "../config/written-gates.ts";
import { durationText } from "../lib/duration.ts";

export { durationText };

/** `{ count: 30, perMs: 60_000 }` as `30/m`. */
export const rateText = ({ count, perMs }: Rate): string => `${count}/${durationText(perMs).replace(/^1(?=[a-z])/, "")}`;

/** A digest's settings as in the file. */
export const digestTable = ({ after, everyMs, max }: DestinationConfig["digest"]) => ({ after, every: durationText(everyMs), max });

/** Who takes over, as in the file. */
export const failoverTable = ({ to, failures, afterMs }: NonNullable<DestinationConfig["failover"]>) => ({
  to,
  failures,
  after: durationText(afterMs),
});

/** A template as in the file: its fields as a table. */
export function templateTable({ fields, ...texts }: Template): TemplateTable {
  return fields ? { ...texts, fields: Object.fromEntries(fields.map(({ label, value }) => [label, value])) } : texts;
}
export interface TemplateTable {
  title?: string;
  summary?: string;
  fields?: Record<string, string>;
}

/** A rule as in the file. */
export function ruleTable(rule: Rule): RuleTable {
  const { name, enabled, when, to, stop, detail, template, ping } = rule;
  return {
    name,
    enabled,
    ...(when === undefined ? {} : { when }),
    to,
    stop,
    ...(detail && { detail }),
    ...(template && { template: templateTable(template) }),
    ...(ping && { ping }),
    ...writtenGates(rule),
  };
}
export type RuleTable = Pick<Rule, "name" | "enabled" | "when" | "to" | "stop" | "detail" | "ping"> & {
  template?: TemplateTable;
} & WrittenGates;

/** How a sender proves itself, as in the file but without what proves it. */
export function authTable(auth: Auth): Record<string, unknown> {
  const shown = (text: string): string => (text.startsWith("secret:") ? text : STARS);
  switch (auth.type) {
    case "header":
      return { ...auth, value: shown(auth.value) };
    case "basic":
      return { ...auth, password: shown(auth.password) };
    case "hmac": {
      const { timestampHeader, ...rest } = auth;
      return { ...rest, secrets: auth.secrets.map(shown), ...(timestampHeader ? { timestamp_header: timestampHeader } : {}) };
    }
  }
}
