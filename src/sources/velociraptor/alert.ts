// A row of Server.Internal.Alerts, or of a client event artifact, as a patch of ours.
import type { AlertPatch, Attack, Json } from "../../alert.ts";
import { asLine, asText, compact, isObject, type JsonObject, maxMembers } from "../read.ts";
import type { ParseContext } from "../source.ts";
import { clientName, clientPatch } from "./client.ts";
import { huntOf } from "./collection.ts";
import { pageOf } from "./links.ts";
import { observablesOf } from "./observe.ts";
import type { Overrides } from "./overrides.ts";
import type { Row } from "./payload.ts";
import type { VelociraptorSettings } from "./settings.ts";
import { wordSeverity } from "./severity.ts";

/** Which things of Velociraptor's a row is about. */
export interface Subject {
  org: string;
  client?: string;
  flow?: string;
  artifact?: string;
}

/** Everything that one row tells. */
export function alertPatch(row: Row, said: Overrides, subject: Subject, context: ParseContext<VelociraptorSettings>): AlertPatch {
  const { client, org } = subject;
  const { client: known, flow } = row.facts._tocsin;
  const own = clientPatch(client, known, said.host);
  const name = clientName(client, known, said.host);
  const { artifact } = subject;
  const what = row.kind === "alert" ? (row.facts.name ?? "Alert without a name") : `Event of ${artifact ?? "an artifact"}`;
  const observables = observablesOf(said.rest);
  const tags = [...new Set([...said.tags, ...(own.add?.tags ?? [])])];
  return compact<AlertPatch>({
    title: said.title ?? what,
    summary: said.summary ?? summary(name, artifact, flow.creator),
    ...wordSeverity(said.severity, context.settings.severity, context.severityMap),
    status: "new",
    status_label: "new",
    category: "detection",
    type: row.kind,
    rule: artifact === undefined ? undefined : compact({ name: artifact, url: pageOf({ org, artifact }, context.console) }),
    tenant: tenantOf(org),
    assets: own.assets,
    attacks: said.techniques.length > 0 ? said.techniques.map((technique): Attack => ({ technique })) : undefined,
    add:
      observables.length + tags.length > 0
        ? { ...(observables.length > 0 ? { observables } : {}), ...(tags.length > 0 ? { tags } : {}) }
        : undefined,
    data: { ...dataOf(row, said, subject), ...own.data },
  });
}

/** The root org is no tenant of anybody's. */
export const tenantOf = (org: string): string | undefined => (org.toLowerCase() === "root" ? undefined : org);

function summary(host: string | undefined, artifact: string | undefined, creator: string | undefined): string | undefined {
  const by = artifact === undefined ? undefined : `Raised by ${artifact}`;
  const collected = creator === undefined ? undefined : `in a collection by ${creator}`;
  const where = host === undefined ? undefined : `on ${host}`;
  const said = [by ?? (collected && "Raised"), where, collected].filter((part) => part !== undefined);
  return by === undefined && collected === undefined ? undefined : `${said.join(" ")}.`;
}

/** Names in `data` that have a meaning of their own; a member of the row with such a name is kept under `event_data.`. */
const RESERVED = new Set(["comment", "command_line", "client_id", "flow_id", "hunt_id", "artifact_type", "os", "labels"]);

/** The author's own members first, so that they are what a message shows. */
function dataOf({ facts }: Row, said: Overrides, { flow }: Subject): Record<string, Json> {
  const members = Object.entries(said.rest).slice(0, maxMembers);
  const own = members.flatMap(([name, value]): [string, Json][] => {
    // The one name that cannot be set as a member.
    if (name === "__proto__") return [];
    return [[RESERVED.has(name) ? `event_data.${name}` : name, value]];
  });
  const ours = {
    command_line: commandLineOf(said.rest),
    flow_id: flow,
    hunt_id: huntOf(flow),
    artifact_type: said.artifactType ?? facts.artifact_type,
  };
  return { ...Object.fromEntries(own), ...(compact(ours) as Record<string, Json>) };
}

/** The first command line in a row, however its author called it. */
function commandLineOf(columns: JsonObject, depth = 0): string | undefined {
  for (const [name, value] of Object.entries(columns)) {
    if (/^(?:process)?(?:command[ _]?line|cmd[ _]?line)$/i.test(name)) {
      const text = Array.isArray(value) ? asText(value.flatMap((part) => asLine(part) ?? []).join(" ")) : asText(value);
      if (text !== undefined) return text;
    }
  }
  if (depth >= 3) return undefined;
  for (const value of Object.values(columns)) {
    const found = isObject(value) ? commandLineOf(value, depth + 1) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}
