// A hunt that somebody made, as a patch of ours.
import type * as z from "zod";
import type { AlertPatch, Json, Severity, Status } from "../../alert.ts";
import { asInstant } from "../instant.ts";
import { asLine, compact } from "../read.ts";
import { list } from "./collection.ts";
import type { huntSchema } from "./payload.ts";
import { eventSeverity } from "./severity.ts";

/** A hunt's states (Velocidex/velociraptor: api/proto/hunts.proto). */
const STATES: ReadonlyMap<string, Status> = new Map([
  ["paused", "new"],
  ["running", "in_progress"],
  ["stopped", "resolved"],
  ["archived", "resolved"],
]);

/** Everything that the row tells; `map` overrides the severity by `hunt`. */
export function huntPatch(hunt: z.output<typeof huntSchema>, map: Record<string, Severity> | undefined): AlertPatch {
  const artifacts = hunt.start_request.artifacts ?? hunt.artifacts ?? [];
  const label = hunt.state?.toLowerCase() ?? "created";
  const purpose = asLine(hunt.hunt_description);
  const expires = asInstant(hunt.expires)?.iso;
  return compact<AlertPatch>({
    title: `Hunt created: ${purpose ?? (list(artifacts) || hunt.hunt_id || "without a description")}`,
    summary: `${artifacts.length > 0 ? `Collects ${list(artifacts)}` : "A new hunt"}${hunt.creator === undefined ? "" : `, made by ${hunt.creator}`}.`,
    ...eventSeverity("hunt", "info", map),
    status: STATES.get(label) ?? "new",
    status_label: label,
    category: "hunt",
    type: "hunt",
    first_seen: asInstant(hunt.create_time)?.iso,
    add: hunt.tags === undefined || hunt.tags.length === 0 ? undefined : { tags: hunt.tags },
    data: compact({
      hunt_id: hunt.hunt_id,
      creator: hunt.creator,
      artifacts: artifacts.length > 0 ? artifacts : undefined,
      expires,
    }) as Record<string, Json>,
  });
}
