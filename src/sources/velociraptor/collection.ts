// A finished collection (a "flow") as a patch of ours: new results, or an error.
import type { AlertPatch, Json, Severity, Status } from "../../alert.ts";
import { asInstant } from "../instant.ts";
import { compact } from "../read.ts";
import type { FlowFacts } from "./payload.ts";
import { eventSeverity } from "./severity.ts";

/** How each state ends (Velocidex/velociraptor: flows/proto/artifact_collector.proto): word, severity and status of ours. */
const STATES: ReadonlyMap<string, { word: string; severity: Severity; status: Status }> = new Map([
  ["FINISHED", { word: "finished", severity: "info", status: "new" }],
  ["ERROR", { word: "failed", severity: "medium", status: "new" }],
  ["CANCELLED", { word: "was cancelled", severity: "info", status: "resolved" }],
  ["ARCHIVED", { word: "was archived", severity: "info", status: "resolved" }],
]);

/** Everything that is known of a collection but its client; `map` overrides by `flow finished`, `flow error` and so on. */
export function flowPatch(flow: FlowFacts, map: Record<string, Severity> | undefined): AlertPatch {
  const state = flow.state?.toUpperCase();
  const known = STATES.get(state ?? "FINISHED");
  const label = (state ?? "FINISHED").toLowerCase();
  const artifacts = flow.request.artifacts ?? [];
  const what = artifacts.length > 0 ? list(artifacts) : list(flow.artifacts_with_results ?? []);
  return compact<AlertPatch>({
    title: `Collection ${known?.word ?? `is ${label}`}${what === "" ? "" : `: ${what}`}`,
    summary: summary(flow),
    ...eventSeverity(`flow ${label}`, known?.severity ?? "info", map),
    status: known?.status ?? "new",
    status_label: label,
    category: "collection",
    type: "flow",
    first_seen: (asInstant(flow.start_time) ?? asInstant(flow.create_time))?.iso,
    last_seen: asInstant(flow.active_time)?.iso,
    data: data(flow, artifacts),
  });
}

/** The hunt that a collection is part of: its id is that of the collection, `F.D0K2.H` for `H.D0K2`. */
export const huntOf = (flow: string | undefined): string | undefined => {
  const [, id] = /^F\.([\w-]{1,64})\.H$/.exec(flow ?? "") ?? [];
  return id === undefined ? undefined : `H.${id}`;
};

/** `a, b and 3 more`. */
export const list = (names: readonly string[]): string => {
  const shown = names.slice(0, 3).join(", ");
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown;
};

function summary(flow: FlowFacts): string | undefined {
  const { total_collected_rows: rows, total_uploaded_files: files, execution_duration: ns } = flow;
  const took = ns === undefined || ns <= 0 ? "" : ` in ${seconds(ns)} s`;
  const sentences = [
    flow.status === undefined ? undefined : sentence(flow.status),
    rows === undefined ? undefined : `${counted(rows, "row")}${files ? ` and ${counted(files, "file")}` : ""}${took}.`,
    startedBy(flow.request.creator),
  ];
  return sentences.filter((one) => one !== undefined).join(" ") || undefined;
}

// A hunt's collections are started by the hunt.
const startedBy = (creator: string | undefined): string | undefined =>
  creator === undefined ? undefined : /^H\.[\w-]+$/.test(creator) ? `Part of hunt ${creator}.` : `Started by ${creator}.`;

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;
const seconds = (ns: number): number => Math.round(ns / 1e8) / 10;
const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

function data(flow: FlowFacts, artifacts: string[]): Record<string, Json> {
  const results = flow.artifacts_with_results ?? [];
  const found: Record<string, Json | undefined> = {
    rows: flow.total_collected_rows,
    files: flow.total_uploaded_files,
    creator: flow.request.creator,
    artifacts: artifacts.length > 0 ? artifacts : undefined,
    artifacts_with_results: results.length > 0 ? results : undefined,
    flow_id: flow.session_id,
    hunt_id: huntOf(flow.session_id),
  };
  return compact(found) as Record<string, Json>;
}
