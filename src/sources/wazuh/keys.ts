// What makes two Wazuh alerts the same event, or events of the same alert of ours.
import type { Json } from "../../alert.ts";
import { stableJson } from "../../lib/json.ts";
import { claimId, sha256 } from "../../lib/keys.ts";
import { asInstant } from "../instant.ts";
import type { WazuhAlert } from "./payload.ts";

/** When it happened, by the manager's clock. */
export const happenedAt = (alert: WazuhAlert) => asInstant(alert.timestamp) ?? asInstant(alert["@timestamp"]);

/** Who reports: a cluster counts agents and rules for all of its nodes. */
const installation = ({ cluster, manager }: WazuhAlert) =>
  cluster.name !== undefined && cluster.name !== "wazuh" ? cluster.name : manager.name;

/** Recognises a redelivery: `id` is the second and the place in alerts.log, of one node. Without it, the whole alert. */
export function alertClaim(alert: WazuhAlert, body: Json): string {
  const { id, cluster, manager, agent, rule } = alert;
  if (id === undefined) return claimId(["wazuh", "body", sha256(stableJson(body))]);
  return claimId(["wazuh", "id", id, cluster.node ?? manager.name, agent.id, rule.id]);
}

/**
 * The alert: rule, its text, agent, and the day in UTC. Wazuh never closes an alert, so that without the day one message would
 * grow for ever, and a rule that fires again after months would show nobody anything. The text is part of it because many rules
 * put into it what they are about. A vulnerability is known by what it is, since Wazuh does report its end.
 */
export function alertKey(alert: WazuhAlert): string {
  const { rule, agent, agentless, vulnerability } = alert;
  const where = [installation(alert), agent.id, agentless.host];
  if (vulnerability?.cve !== undefined) {
    const name = vulnerability.package.name ?? vulnerability.software.name;
    return `vulnerability:${claimId(["wazuh", ...where, vulnerability.cve, name])}`;
  }
  return `rule:${claimId(["wazuh", ...where, rule.id, rule.description, happenedAt(alert)?.iso.slice(0, 10)])}`;
}
