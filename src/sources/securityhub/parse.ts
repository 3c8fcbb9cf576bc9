// A request body as events: Amazon SNS carries an event of EventBridge, which holds one or many findings.
import type { Json, SourceEvent } from "../../alert.ts";
import { stableJson } from "../../lib/json.ts";
import { claimId, sha256 } from "../../lib/keys.ts";
import { fail, ok } from "../../outcome.ts";
import { readSns, recordOf, type SnsMessage, textEvent } from "../envelopes/sns/message.ts";
import type { SnsSettings } from "../envelopes/sns/settings.ts";
import { asLine, compact, isObject } from "../read.ts";
import type { ParseContext, Parsed, ParsedEntry } from "../source.ts";
import { parseList } from "../unparsed.ts";
import { readFinding } from "./asff.ts";
import { type HubEvent, orderOf, readEvent, regionName } from "./event.ts";
import type { Finding, FindingContext } from "./finding.ts";
import { readThreat } from "./guardduty.ts";
import { readOcsf } from "./ocsf.ts";
import { otherPatch } from "./other.ts";

type Context = ParseContext<SnsSettings>;

const LABEL = "Security Hub";

/** Reads a body. A text on the topic is shown; JSON that is no event of EventBridge is refused; a finding is never lost. */
export function parse(body: Json, context: Context): Parsed {
  const read = readSns(body, context.settings);
  if (!read.ok) return read;
  if (read.value.kind === "protocol") return ok([read.value.entry]);
  const { message } = read.value;
  if (message.content.kind === "text")
    return ok([{ kind: "event", event: textEvent("securityhub", LABEL, message, message.content.text) }]);
  const event = readEvent(message.content.value);
  if (!event)
    return fail({ where: message.envelope ? "Message" : "body", expected: "an event of EventBridge, with source, detail-type and detail" });
  const knows = findingContext(event, context);
  const { findings } = event.detail;
  if (!Array.isArray(findings)) return ok([{ kind: "event", event: loneEvent(event, message, knows) }]);
  return parseList(findings, {
    source: "securityhub",
    label: LABEL,
    read: (entry) => readEntry(entry, event, message, knows),
    refusal: { where: "detail.findings[0]", expected: "a finding with an id" },
  });
}

/** What an event without a list tells: a finding of GuardDuty, or something else of the hub's. */
function loneEvent(event: HubEvent, message: SnsMessage, knows: FindingContext): SourceEvent {
  const threat = event.source === "aws.guardduty" ? readThreat(event.detail, knows) : undefined;
  const payload = recordOf(message, { ...event.header, detail: event.detail });
  return threat ? findingEvent(threat, event, message, payload) : otherEvent(event, message, payload);
}

function readEntry(entry: Json, event: HubEvent, message: SnsMessage, knows: FindingContext): ParsedEntry | undefined {
  const finding = isObject(entry) ? (readOcsf(entry, knows) ?? readFinding(entry, knows)) : undefined;
  if (!finding) return undefined;
  // Each alert's record is an event with this finding alone.
  const payload = recordOf(message, { ...event.header, detail: { ...event.detail, findings: [entry] } });
  return { kind: "event", event: findingEvent(finding, event, message, payload) };
}

function findingContext(event: HubEvent, { console, severityMap }: Context): FindingContext {
  return compact<FindingContext>({ event, console, severityMap, regionOf: (told) => regionName(told) ?? event.region });
}

function findingEvent(finding: Finding, event: HubEvent, message: SnsMessage, payload: Json): SourceEvent {
  const key = keyOf(finding);
  const action = asLine(event.detail.actionName);
  const resolved = finding.patch.status === "resolved";
  const first = finding.created !== undefined && finding.created.ms === finding.updated?.ms && finding.patch.title !== undefined;
  return compact<SourceEvent>({
    // A person who sends a finding on wants it seen, also when nothing changed in it.
    claim: claimId(["securityhub", "finding", key, ...finding.claim, action === undefined ? undefined : (event.id ?? action)]),
    identified: true,
    key,
    type: event.detailType,
    kind: resolved ? "resolved" : first && action === undefined ? "opened" : "updated",
    order: orderOf(event.at ?? finding.updated, message.envelope?.at),
    occurred_at: (finding.updated ?? event.at ?? message.envelope?.at)?.iso,
    patch: withAction(finding.patch, action),
    payload,
  });
}

/** A custom action says for whom a finding is meant: rules can ask for its name. */
function withAction(patch: Finding["patch"], action: string | undefined): Finding["patch"] {
  return action === undefined ? patch : { ...patch, data: { ...patch.data, action } };
}

function otherEvent(event: HubEvent, message: SnsMessage, payload: Json): SourceEvent {
  const id =
    event.id ?? message.envelope?.messageId ?? sha256(stableJson(message.content.kind === "object" ? message.content.value : null));
  return compact<SourceEvent>({
    claim: claimId(["securityhub", "event", event.source, event.detailType, id]),
    identified: true,
    key: `event:${sha256(`${event.source}\n${event.detailType}\n${id}`).slice(0, 32)}`,
    type: event.detailType,
    kind: "opened",
    order: orderOf(event.at, message.envelope?.at),
    occurred_at: (event.at ?? message.envelope?.at)?.iso,
    patch: otherPatch(event),
    payload,
  });
}

/** An ARN is unique by itself, and the same in every format; other ids are unique for one product. */
function keyOf({ id, product }: Finding): string {
  const whole = id.startsWith("arn:") || product === undefined ? id : `${product}/${id}`;
  const plain = whole.length <= 256 && /^\S+$/.test(whole);
  return `finding:${plain ? whole : `sha256-${sha256(whole).slice(0, 32)}`}`;
}
