// One Wazuh alert as a patch of ours.
import type { AlertPatch, Json } from "../../alert.ts";
import { attacksOf, techniqueIn } from "../attack.ts";
import { asLine, compact, isObject } from "../read.ts";
import type { ParseContext } from "../source.ts";
import { happenedAt } from "./keys.ts";
import { pageOf } from "./link.ts";
import { assetsOf, observablesOf } from "./observe.ts";
import type { Vulnerability, WazuhAlert } from "./payload.ts";
import type { WazuhSettings } from "./settings.ts";
import { levelSeverity, vulnerabilitySeverity } from "./severity.ts";

/** Everything that one alert tells. Lists are joined to what the alert already has: later events of a rule name other files and addresses. */
export function alertPatch(alert: WazuhAlert, context: ParseContext<WazuhSettings>): AlertPatch {
  const { rule } = alert;
  const at = happenedAt(alert)?.iso;
  return compact<AlertPatch>({
    title: titleOf(alert),
    summary: summaryOf(alert),
    ...severityOf(alert, context),
    ...(isSolved(alert) ? { status: "resolved" as const, status_label: "solved" } : { status: "new" as const, status_label: "new" }),
    category: rule.groups?.[0],
    type: typeOf(alert),
    rule: compact({ id: rule.id, name: rule.description ?? `Rule ${rule.id}` }),
    last_seen: at,
    url: pageOf(alert, context.console),
    data: dataOf(alert),
    add: {
      assets: assetsOf(alert),
      observables: observablesOf(alert),
      attacks: attacks(alert),
      tags: [...new Set(rule.groups ?? [])],
    },
  });
}

/** Whether a vulnerability is gone: the one thing whose end Wazuh reports. */
export const isSolved = ({ vulnerability }: WazuhAlert): boolean => /^(?:solved|removed)$/i.test(vulnerability?.status ?? "");

function severityOf({ vulnerability, rule }: WazuhAlert, { severityMap }: ParseContext<WazuhSettings>) {
  // The end of a vulnerability is reported by a rule of a level of its own, which says nothing of the vulnerability.
  const told = vulnerabilitySeverity(vulnerability?.severity, severityMap);
  return told.severity === undefined ? levelSeverity(rule.level, severityMap) : told;
}

function titleOf(alert: WazuhAlert): string {
  const { rule, agent, agentless, vulnerability } = alert;
  // The description of the rule that reports the end is another one; both are events of one alert.
  const cve = vulnerability?.cve;
  const name = vulnerability?.package.name ?? vulnerability?.software.name;
  const what = cve !== undefined && name !== undefined ? `${cve} affects ${name}` : (rule.description ?? `Wazuh rule ${rule.id}`);
  const host = agentless.host ?? agent.name;
  return host === undefined || what.includes(host) ? what : `${what.replace(/\.$/, "")} on ${host}`;
}

function typeOf(alert: WazuhAlert): string | undefined {
  if (alert.vulnerability !== undefined) return "vulnerability";
  if (alert.isFile) return "file integrity";
  return isObject(alert.data.sca) ? "configuration assessment" : alert.decoder.name;
}

function summaryOf(alert: WazuhAlert): string | undefined {
  if (alert.vulnerability !== undefined) return vulnerabilitySummary(alert.vulnerability);
  if (alert.isFile) return fileSummary(alert);
  return alert.full_log ?? alert.rule.info;
}

function vulnerabilitySummary(found: Vulnerability): string | undefined {
  const name = found.package.name ?? found.software.name;
  const version = found.package.version ?? found.software.version;
  const score = found.score.base ?? found.cvss.cvss3.base_score ?? found.cvss.cvss2.base_score;
  const lines = [
    name === undefined ? undefined : `Installed: ${name}${version === undefined ? "" : ` ${version}`}.`,
    found.package.condition === undefined ? undefined : `Vulnerable: ${found.package.condition}.`,
    score === undefined || score <= 0 ? undefined : `CVSS ${Math.round(score * 10) / 10}.`,
  ].filter((line) => line !== undefined);
  return (
    [lines.join(" "), found.rationale ?? found.description].filter((part) => part !== undefined && part !== "").join("\n") || undefined
  );
}

function fileSummary({ syscheck, full_log: log }: WazuhAlert): string | undefined {
  const { path, event, changed_attributes: changed = [], audit, value_name: value } = syscheck;
  const user = audit.login_user.name ?? audit.user.name;
  const by = [user, audit.process.name].filter((part) => part !== undefined).join(", with ");
  const what = value === undefined ? path : `${path}, value ${value}`;
  if (event === undefined) return log;
  return [
    `${what}: ${event}${changed.length > 0 ? ` (${changed.join(", ")})` : ""}.`,
    ...(by === "" ? [] : [`By ${by}.`]),
    ...(syscheck.diff === undefined ? [] : [syscheck.diff]),
  ].join("\n");
}

function attacks({ rule }: WazuhAlert): NonNullable<AlertPatch["attacks"]> {
  const { id: ids = [], technique: names = [], tactic, tactics } = rule.mitre;
  const paired = ids.length === names.length;
  const techniques = ids.flatMap((id, index) => {
    const technique = techniqueIn(id);
    return technique === undefined ? [] : [compact({ technique, name: paired ? names[index] : undefined })];
  });
  return attacksOf(techniques, tactic ?? tactics ?? []);
}

function dataOf(alert: WazuhAlert): Record<string, Json> {
  const { rule, vulnerability, syscheck, data } = alert;
  const found: Record<string, Json | undefined> = {
    level: rule.level,
    groups: rule.groups,
    fired_times: rule.firedtimes,
    frequency: rule.frequency,
    agent_id: alert.agent.id,
    manager: alert.manager.name,
    cluster: alert.cluster.name,
    node: alert.cluster.node,
    location: alert.location,
    decoder: alert.decoder.name,
    srcip: asLine(data.srcip),
    srcuser: asLine(data.srcuser),
    dstuser: asLine(data.dstuser),
    path: syscheck.path,
    file_event: syscheck.event,
    cve: vulnerability?.cve,
    package: vulnerability?.package.name,
    cvss: vulnerability && (vulnerability.score.base ?? vulnerability.cvss.cvss3.base_score ?? vulnerability.cvss.cvss2.base_score),
    wazuh_id: alert.id,
  };
  return compact(found) as Record<string, Json>;
}
