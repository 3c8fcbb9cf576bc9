// One event of Falco as a patch of ours.
import type { AlertPatch, Json } from "../../alert.ts";
import { stableJson } from "../../lib/json.ts";
import { attacksOf, techniqueIn } from "../attack.ts";
import { asText, compact } from "../read.ts";
import type { ParseContext } from "../source.ts";
import { happenedAt } from "./keys.ts";
import { imageOf, observablesOf } from "./observe.ts";
import { eventNanoseconds, type FalcoEvent, field } from "./payload.ts";
import type { FalcoSettings } from "./settings.ts";
import { severityOf } from "./severity.ts";
import { assetsOf, nameOf, subjectOf } from "./subject.ts";

/** Everything that one event tells. Lists are joined to what the alert already has: later events name other programs and addresses. */
export function eventPatch(event: FalcoEvent, context: ParseContext<FalcoSettings>): AlertPatch {
  const subject = subjectOf(event);
  const where = nameOf(subject);
  return compact<AlertPatch>({
    title: where === undefined ? event.rule : `${event.rule}: ${where}`,
    summary: summaryOf(event),
    ...severityOf(event.priority, context.severityMap),
    status: "new",
    status_label: "new",
    category: event.tags?.find(isTopic),
    type: event.source ?? "syscall",
    rule: { name: event.rule },
    last_seen: happenedAt(event)?.iso,
    data: dataOf(event),
    add: {
      assets: assetsOf(subject),
      observables: observablesOf(event),
      attacks: attacks(event.tags ?? []),
      tags: [...new Set(event.tags ?? [])],
    },
  });
}

/** What a tag is besides maturity, ATT&CK and compliance: `container`, `network`, `filesystem`. */
const isTopic = (tag: string): boolean => !/^(?:maturity_|mitre_|PCI_|NIST_|TA?\d{4})/i.test(tag);

/** Time and priority, which Falco writes before the text. */
const PREFIX = /^\S*\d:\d\d:\d\d\S*:\s+\w+\s+/;

/** What happened as a sentence, then what was run, by whom and on what; Falco's own list of fields is left to the data. */
function summaryOf(event: FalcoEvent): string | undefined {
  const text = event.message ?? event.output?.replace(PREFIX, "");
  // Rules end their text with fields, in brackets or after a bar.
  const [sentence = ""] = text?.split(/ (?:\|\s|\((?=[\w.]+=))/) ?? [];
  const user = field(event, "user.name") ?? field(event, "ka.user.name") ?? field(event, "ct.user");
  const parent = field(event, "proc.pname");
  const command = field(event, "proc.cmdline") ?? field(event, "proc.name");
  const by = [user === undefined ? undefined : `by ${user}`, parent === undefined ? undefined : `from ${parent}`].filter(
    (part) => part !== undefined,
  );
  const lines = [
    sentence,
    command === undefined
      ? user === undefined
        ? undefined
        : `User: ${user}`
      : `Command: ${command}${by.length > 0 ? ` (${by.join(", ")})` : ""}`,
    labelled("File or connection", field(event, "fd.name") ?? field(event, "fs.path.name")),
    labelled("Image", imageOf(event)),
  ];
  return asText(lines.filter((line) => line !== undefined && line !== "").join("\n"));
}

const labelled = (label: string, value: string | undefined): string | undefined => (value === undefined ? undefined : `${label}: ${value}`);

/** Tags name tactics as `mitre_credential_access` and techniques as `T1059.004`; older ones both in one word. */
function attacks(tags: readonly string[]): NonNullable<AlertPatch["attacks"]> {
  const marked = tags.filter((tag) => /^mitre_/i.test(tag));
  const techniques = tags.filter((tag) => /^T\d{4}/i.test(tag) || /^mitre_T\d{4}/i.test(tag)).flatMap((tag) => techniqueIn(tag) ?? []);
  const tactics = marked.filter((tag) => !/^mitre_T\d{4}/i.test(tag)).map((tag) => tag.replace(/^mitre_(?:TA\d{4}_?)?/i, ""));
  return attacksOf(
    [...new Set(techniques)].map((technique) => ({ technique })),
    tactics.filter((tactic) => tactic !== ""),
  );
}

/** The most output fields, and the longest one in characters of JSON, that are kept for rules and templates. */
const maxFields = 100;
const maxFieldChars = 2_000;

function dataOf(event: FalcoEvent): Record<string, Json> {
  const fields = Object.entries(event.fields).filter(
    ([name, value]) => value !== null && name !== "__proto__" && stableJson(value).length <= maxFieldChars,
  );
  const found: Record<string, Json | undefined> = {
    priority: event.priority,
    uuid: event.uuid,
    hostname: event.hostname,
    evt_time: eventNanoseconds(event),
    namespace: field(event, "k8s.ns.name"),
    pod: field(event, "k8s.pod.name"),
    container: field(event, "container.name"),
    image: imageOf(event),
    process: field(event, "proc.name"),
    user: field(event, "user.name"),
    output_fields: Object.fromEntries(fields.slice(0, maxFields)),
  };
  return compact(found) as Record<string, Json>;
}
