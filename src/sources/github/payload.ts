// What GitHub's webhooks send about security alerts, read liberally.
// Shapes: https://docs.github.com/en/webhooks/webhook-events-and-payloads and octokit/webhooks, payload-examples/api.github.com.
import * as z from "zod";
import { entries, fields, flag, line, lines, number, raw, text } from "../lenient.ts";
import { isObject, type JsonObject } from "../read.ts";

const user = fields({ login: line() });
const vulnerablePackage = fields({ ecosystem: line(), name: line() });

/** One vulnerable range of one package. */
const vulnerability = {
  package: vulnerablePackage,
  severity: line(),
  vulnerable_version_range: line(),
  first_patched_version: fields({ identifier: line() }),
};

const advisory = {
  ghsa_id: line(),
  cve_id: line(),
  summary: line(),
  description: text(),
  severity: line(),
  cvss: fields({ score: number(), vector_string: line() }),
  cwes: entries({ cwe_id: line(), name: line() }),
  vulnerabilities: entries(vulnerability),
};

const instance = {
  ref: line(),
  commit_sha: line(),
  message: fields({ text: text() }),
  location: fields({ path: line(), start_line: number() }),
};

/** What `alert` has whatever its kind: where it stands, and who made it so. */
const anyAlert = fields({
  number: line(),
  id: line(),
  state: line(),
  severity: line(),
  html_url: text(),
  created_at: raw(),
  updated_at: raw(),
  fixed_at: raw(),
  dismissed_at: raw(),
  auto_dismissed_at: raw(),
  resolved_at: raw(),
  dismissed_by: user,
  dismissed_reason: line(),
  dismissed_comment: text(),
  resolved_by: user,
  resolution: line(),
  resolution_comment: text(),
});

/** A vulnerable dependency. */
export const dependencySchema = fields({
  dependency: fields({ package: vulnerablePackage, manifest_path: line(), scope: line() }),
  security_advisory: fields(advisory),
  security_vulnerability: fields(vulnerability),
});

/** A finding in the code. Older deliveries have a list of instances in place of the most recent one. */
export const codeSchema = fields({
  rule: fields({
    id: line(),
    name: line(),
    description: line(),
    full_description: text(),
    severity: line(),
    security_severity_level: line(),
    tags: lines(),
  }),
  tool: fields({ name: line() }),
  most_recent_instance: fields(instance),
  instances: entries(instance),
});
export type Instance = z.output<typeof codeSchema>["most_recent_instance"];

/** A leaked secret. */
export const secretSchema = fields({
  secret_type: line(),
  secret_type_display_name: line(),
  validity: line(),
  publicly_leaked: flag(),
  multi_repo: flag(),
  push_protection_bypassed: flag(),
  push_protection_bypassed_by: user,
});
export type SecretAlert = z.output<typeof secretSchema>;

/** A place where a secret was found. */
export const locationSchema = fields({ details: fields({ path: line(), start_line: number(), commit_sha: line() }) });

/** A vulnerable dependency, as the event before Dependabot's own told it. */
export const vulnerabilitySchema = fields({
  affected_package_name: line(),
  affected_range: line(),
  fixed_in: line(),
  ghsa_id: line(),
  external_identifier: line(),
  severity: line(),
});

/** A security advisory, of GitHub's database or of a repository. */
export const advisorySchema = fields(advisory);
export type Advisory = z.output<typeof advisorySchema>;

/** A delivery about a security alert or an advisory, whatever its kind. */
export const deliverySchema = z.object({
  action: line(),
  alert: anyAlert,
  security_advisory: fields({ ghsa_id: line(), html_url: text(), updated_at: raw() }),
  repository_advisory: fields({ ghsa_id: line(), html_url: text(), updated_at: raw() }),
  ref: line(),
  commit_oid: line(),
  repository: fields({ id: line(), full_name: line(), html_url: text() }),
  organization: fields({ login: line() }),
  enterprise: fields({ slug: line() }),
  sender: user,
});
export type Delivery = z.output<typeof deliverySchema>;
export type GithubAlert = Delivery["alert"];

/** A copy without the leaked secret itself, should a version of GitHub ever send it. */
export function withoutSecret(body: JsonObject): JsonObject {
  if (!isObject(body.alert) || !("secret" in body.alert)) return body;
  const { secret: _, ...alertWithout } = body.alert;
  return { ...body, alert: alertWithout };
}
