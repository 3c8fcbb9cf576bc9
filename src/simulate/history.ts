// A stored alert as it stood after each of its events: what the changes say, backwards from how it is now. A change names scalar values before
// and after, but of lists only what came and went, in short: lists are as they are now.
import { type Alert, type Change, severityId } from "../alert.ts";
import type { StoredHistory } from "../ledger/interface.ts";
import type { Replayed } from "./route.ts";

/** Something that happened to an alert. `isOwn`: somebody did it here; no source sent it. */
export interface Step {
  replayed: Replayed;
  isOwn: boolean;
}

/** What happened to a stored alert, oldest first. Each event is replayed as its own id. */
export function stepsOf({ alert, events }: StoredHistory): Step[] {
  let later = alert;
  const steps = events.toReversed().map((event): Step => {
    const { id: claim, type, change, received_at, occurred_at } = event;
    const standing = later;
    if (change) later = undone(later, change);
    return {
      replayed: {
        alert: standing,
        claim,
        type,
        change,
        receivedAt: Date.parse(received_at),
        ...(occurred_at === null ? {} : { occurredAt: occurred_at }),
      },
      isOwn: type.startsWith("tocsin:"),
    };
  });
  return versioned(steps.reverse(), alert.change);
}

/** Versions count the changes that are known; each has the change that made it. */
function versioned(steps: readonly Step[], last: Change): Step[] {
  let version = 0;
  let change = steps.find(({ replayed }) => replayed.change)?.replayed.change ?? last;
  return steps.map(({ replayed, isOwn }) => {
    if (replayed.change || version === 0) version += 1;
    change = replayed.change ?? change;
    return { isOwn, replayed: { ...replayed, alert: { ...replayed.alert, version, change } } };
  });
}

/** An alert as it was before a change. */
function undone(alert: Alert, { fields }: Change): Alert {
  const before: Record<string, unknown> = { ...alert, data: { ...alert.data } };
  const data = before.data as Record<string, unknown>;
  for (const [name, { before: value }] of Object.entries(fields)) {
    const [table, key] = name.startsWith("data.") ? [data, name.slice("data.".length)] : [before, name];
    if (value === null) delete table[key];
    else table[key] = value;
  }
  const restored = before as unknown as Alert;
  return { ...restored, severity_id: severityId(restored.severity) };
}
