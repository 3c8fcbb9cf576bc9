// What the author of an artifact may say in the arguments of alert(): names in any case, with blanks or without.
// `ClientId`, `FlowId`, `Artifact` and `ArtifactType` are the vendor's convention (Velocidex/velociraptor-docs:
// content/knowledge_base/tips/vql_alerts.md); the others are ours.
import type { Json } from "../../alert.ts";
import { techniqueIn } from "../attack.ts";
import { asLine, asLines, asText, type JsonObject } from "../read.ts";
import { isClientId } from "./payload.ts";

/** What the free-form members of a row say of fields that every alert has. */
export interface Overrides {
  client?: string;
  flow?: string;
  artifact?: string;
  artifactType?: string;
  host?: string;
  title?: string;
  summary?: string;
  severity?: string;
  techniques: string[];
  tags: string[];
  /** The members that say something else. */
  rest: JsonObject;
}

/** Names of members by what they override, in order of preference; without blanks and punctuation, in lower case. */
const NAMES = {
  client: ["clientid"],
  flow: ["flowid"],
  artifact: ["artifact"],
  artifactType: ["artifacttype"],
  host: ["hostname", "fqdn"],
  title: ["title"],
  summary: ["summary", "description"],
  severity: ["severity", "level"],
  techniques: ["technique", "techniques", "attack", "mitre"],
  tags: ["tags"],
} as const;

/** Reads them; a member of the wrong type overrides nothing and stays with the rest. */
export function overridesOf(columns: JsonObject): Overrides {
  const byName = new Map<string, [string, Json]>();
  for (const [name, value] of Object.entries(columns)) {
    const plain = name.toLowerCase().replace(/[^a-z0-9]/g, "");
    if (!byName.has(plain)) byName.set(plain, [name, value]);
  }
  const used = new Set<string>();
  const take = <Value>(names: readonly string[], read: (value: Json) => Value | undefined): Value | undefined => {
    for (const name of names) {
      const found = byName.get(name);
      const value = found && read(found[1]);
      if (!found || value === undefined) continue;
      used.add(found[0]);
      return value;
    }
    return undefined;
  };
  const line = (value: Json) => asLine(value);
  const said = {
    client: take(NAMES.client, (value) => (isClientId(line(value)) ? line(value) : undefined)),
    flow: take(NAMES.flow, line),
    artifact: take(NAMES.artifact, line),
    artifactType: take(NAMES.artifactType, line),
    host: take(NAMES.host, line),
    title: take(NAMES.title, line),
    summary: take(NAMES.summary, asText),
    severity: take(NAMES.severity, line),
    techniques: take(NAMES.techniques, techniquesOf) ?? [],
    tags: take(NAMES.tags, tagsOf) ?? [],
  };
  return { ...said, rest: Object.fromEntries(Object.entries(columns).filter(([name]) => !used.has(name))) };
}

const techniquesOf = (value: Json): string[] | undefined => {
  const texts = Array.isArray(value) ? asLines(value) : (asLine(value)?.split(/[\s,;]+/) ?? []);
  const found = [...new Set(texts.flatMap((text) => techniqueIn(text) ?? []))];
  return found.length > 0 ? found : undefined;
};

const tagsOf = (value: Json): string[] | undefined => {
  const found = Array.isArray(value) ? asLines(value) : (asLine(value)?.split(/\s*[,;]\s*/) ?? []).filter((tag) => tag !== "");
  return found.length > 0 ? found : undefined;
};
