// What each kind of alert tells, in the same words for all.
import type { AlertPatch, Json, Observable, Severity } from "../../alert.ts";
import { asLine, compact, type JsonObject } from "../read.ts";
import { severityOfWords } from "../severity-word.ts";
import type { Kind } from "./kind.ts";
import {
  type Advisory,
  advisorySchema,
  codeSchema,
  type Delivery,
  dependencySchema,
  type GithubAlert,
  type Instance,
  locationSchema,
  type SecretAlert,
  secretSchema,
  vulnerabilitySchema,
} from "./payload.ts";

type SeverityMap = Record<string, Severity> | undefined;
type Facts = Omit<AlertPatch, "data"> & { data?: Record<string, Json | undefined> };

/** The part of the patch that depends on the kind. `body`: the delivery as it came, `delivery`: what is common to all kinds. */
export function factsOf(kind: Kind, body: JsonObject, delivery: Delivery, map: SeverityMap): Facts {
  switch (kind) {
    case "secret_scanning_alert":
    case "secret_scanning_alert_location":
      return secretFacts(body, map);
    case "dependabot_alert":
      return dependencyFacts(body, map);
    case "code_scanning_alert":
      return codeFacts(body, delivery, map);
    case "repository_vulnerability_alert":
      return vulnerabilityFacts(body, map);
    case "security_advisory":
      return advisoryFacts(advisorySchema.parse(body.security_advisory), map);
    case "repository_advisory":
      return advisoryFacts(advisorySchema.parse(body.repository_advisory), map);
    case "other_alert":
      return otherFacts(delivery.alert, map);
  }
}

/** GitHub tells no severity of a leaked secret: the route may map its type, or whether it still works (`active`, `inactive`, `unknown`). */
function secretFacts(body: JsonObject, map: SeverityMap): Facts {
  const alert = secretSchema.parse(body.alert);
  const name = alert.secret_type_display_name ?? alert.secret_type;
  const { details } = locationSchema.parse(body.location);
  const leaked = alert.publicly_leaked === true ? ["publicly leaked"] : [];
  return {
    title: name === undefined ? "A secret was found" : `Secret found: ${name}`,
    summary: alert.push_protection_bypassed === true ? bypassed(alert) : undefined,
    ...mapped([alert.secret_type, alert.validity], map),
    rule: name === undefined ? undefined : compact({ id: alert.secret_type, name }),
    observables: file(details.path, details.start_line),
    tags: [...leaked, ...(alert.multi_repo === true ? ["in several repositories"] : [])],
    data: { validity: alert.validity, location: place(details.path, details.start_line), commit: details.commit_sha },
  };
}

function bypassed({ push_protection_bypassed_by: by }: SecretAlert): string {
  return `Push protection was bypassed${by.login === undefined ? "" : ` by ${by.login}`}.`;
}

function dependencyFacts(body: JsonObject, map: SeverityMap): Facts {
  const { dependency, security_advisory: advisory, security_vulnerability: vulnerable } = dependencySchema.parse(body.alert);
  const told = advisoryFacts(advisory, map);
  const name = dependency.package.name ?? vulnerable.package.name;
  return {
    ...told,
    title: advisory.summary ?? (name === undefined ? "A vulnerable dependency" : `Vulnerable dependency: ${name}`),
    // Of the range in use; the advisory's own is that of its worst.
    ...severityOfWords([vulnerable.severity, advisory.severity], map),
    observables: [
      ...packageOf(dependency.package.ecosystem ?? vulnerable.package.ecosystem, name),
      ...(told.observables ?? []),
      ...file(dependency.manifest_path),
    ],
    tags: [dependency.package.ecosystem, dependency.scope, ...cwes(advisory)].flatMap((tag) => tag ?? []),
    data: {
      package: name,
      vulnerable: vulnerable.vulnerable_version_range,
      patched: vulnerable.first_patched_version.identifier ?? (name === undefined ? undefined : "no patch yet"),
      manifest: dependency.manifest_path,
      ...told.data,
    },
  };
}

function codeFacts(body: JsonObject, { ref, commit_oid: commit }: Delivery, map: SeverityMap): Facts {
  const alert = codeSchema.parse(body.alert);
  const { rule, tool } = alert;
  const found: Instance | undefined =
    alert.most_recent_instance.location.path === undefined ? alert.instances[0] : alert.most_recent_instance;
  const { path, start_line: startLine } = found?.location ?? {};
  const name = rule.description ?? rule.name ?? rule.id;
  return {
    title: name ?? "A code scanning alert",
    summary: found?.message.text ?? (rule.full_description === name ? undefined : rule.full_description),
    ...severityOfWords([rule.security_severity_level, rule.severity], map),
    rule: name === undefined ? undefined : compact({ id: rule.id, name: rule.name ?? name }),
    observables: file(path, startLine),
    tags: [...(tool.name === undefined ? [] : [tool.name]), ...(rule.tags ?? [])],
    data: { location: place(path, startLine), tool: tool.name, ref: ref ?? found?.ref, commit: commit ?? found?.commit_sha },
  };
}

function vulnerabilityFacts(body: JsonObject, map: SeverityMap): Facts {
  const alert = vulnerabilitySchema.parse(body.alert);
  const { affected_package_name: name, external_identifier: id } = alert;
  return {
    title: name === undefined ? "A vulnerable dependency" : `Vulnerable dependency: ${name}`,
    ...severityOfWords([alert.severity], map),
    rule: alert.ghsa_id === undefined && id === undefined ? undefined : compact({ id: alert.ghsa_id, name: id ?? alert.ghsa_id ?? "" }),
    observables: [...packageOf(undefined, name), ...identifiers(alert.ghsa_id, id)],
    data: { package: name, vulnerable: alert.affected_range, patched: alert.fixed_in },
  };
}

function advisoryFacts(advisory: Advisory, map: SeverityMap): Facts {
  const { ghsa_id: ghsa, cve_id: cve, cvss } = advisory;
  const packages = advisory.vulnerabilities.flatMap(({ package: each }) => packageOf(each.ecosystem, each.name));
  return {
    title: advisory.summary ?? cve ?? ghsa ?? "A security advisory",
    summary: advisory.description,
    ...severityOfWords([advisory.severity], map),
    rule: ghsa === undefined && cve === undefined ? undefined : compact({ id: ghsa, name: cve ?? ghsa ?? "" }),
    observables: [...identifiers(ghsa, cve), ...packages],
    tags: cwes(advisory),
    data: { cvss: cvss.score === undefined || cvss.score === 0 ? undefined : cvss.score, cvss_vector: cvss.vector_string },
  };
}

/** An alert of a kind that GitHub adds later: shown with what all kinds have. */
const otherFacts = (alert: GithubAlert, map: SeverityMap): Facts => ({
  title: alert.number === undefined ? "A GitHub alert" : `GitHub alert ${alert.number}`,
  ...severityOfWords([alert.severity], map),
});

/** Only what the route's map says: these words are no severities. */
function mapped(words: (string | undefined)[], map: SeverityMap): Pick<AlertPatch, "severity" | "severity_label"> {
  const known = words.filter((word) => word !== undefined && map !== undefined && Object.hasOwn(map, word.toLowerCase()));
  return severityOfWords(known, map);
}

const file = (path: string | undefined, startLine?: number): Observable[] =>
  path === undefined ? [] : [{ name: "file", type: "file", value: place(path, startLine) ?? path }];

const place = (path: string | undefined, startLine: number | undefined): string | undefined =>
  path === undefined || startLine === undefined ? path : asLine(`${path}:${startLine}`);

const packageOf = (ecosystem: string | undefined, name: string | undefined): Observable[] =>
  name === undefined ? [] : [{ name: ecosystem ?? "package", type: "package", value: name }];

function identifiers(ghsa: string | undefined, cve: string | undefined): Observable[] {
  const found = [
    ["cve", cve],
    ["ghsa", ghsa],
  ] as const;
  return found.flatMap(([type, value]) => (value === undefined ? [] : [{ name: type, type, value }]));
}

const cwes = ({ cwes: listed }: Advisory): string[] => listed.flatMap(({ cwe_id: id }) => id ?? []);
