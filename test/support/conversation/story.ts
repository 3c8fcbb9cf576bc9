// The one story that every destination is told: an alert from its first thin sign to its reopening. The alert's states are those
// that the ledger would make of the events.
import type { Alert, AlertPatch, SourceEvent } from "../../../src/alert.ts";
import { advance, advanceDetail, advanceOwn, withoutDetail } from "../../../src/ledger/advance.ts";
import type { AlertState } from "../../../src/ledger/state.ts";
import { sampleDetail } from "../alerts.ts";

/** One chapter: what happened, when (Unix ms), and the alert afterwards. All but the last of `versions` are overtaken by it. */
export interface Chapter {
  name: string;
  at: number;
  alert: Alert;
  versions: number[];
}

const ROUTE = "sekoia-prod";
const CONSOLE = "https://siem.example.com/operations/alerts/ALEY4fqz8moo";

/** 2026-11-02, UTC. */
const at = (hour: number, minute: number, second = 0): number => Date.UTC(2026, 10, 2, hour, minute, second);

const DETAIL: AlertPatch = { ...sampleDetail(), severity: "medium", severity_label: "60" };

/** The story, from the first event to the last. */
export function story(): Chapter[] {
  const chapters: Chapter[] = [];
  let state: AlertState | undefined;
  const known = (): AlertState => {
    if (!state) throw new Error("the story has not begun");
    return state;
  };
  const context = (when: number) => ({
    alertId: `${ROUTE}.5d41402abc4b2a7600000000`,
    source: "sekoia",
    route: ROUTE,
    defaultSeverity: "high" as const,
    receivedAt: when,
  });
  const event = (when: number, patch: AlertPatch): void => {
    state = advance(state, eventOf(when, patch), context(when)).state;
  };
  const chapter = (name: string, when: number, happen: () => void): void => {
    const before = state?.alert.version ?? 0;
    happen();
    const { alert } = known();
    const versions = Array.from({ length: alert.version - before }, (_, index) => before + index + 1);
    chapters.push({ name, at: when, alert: structuredClone(alert), versions });
  };

  chapter("opened: the source's API does not answer in time, the severity is unknown", at(14, 1), () => {
    event(at(14, 1), { title: "Alert ALEY4fqz8moo", url: CONSOLE });
    state = withoutDetail(known(), "the source's API has not answered within 1 s");
  });
  chapter("enriched: title, host, severity medium, ATT&CK", at(14, 1, 20), () => {
    state = advanceDetail(known(), DETAIL, at(14, 1, 20), context(at(14, 1, 20))).state;
  });
  chapter("3 more events at once, and a new host", at(14, 6), () => {
    for (const second of [0, 1, 2]) event(at(14, 6, second), { add: { assets: [{ name: "db-2", ip: "192.0.2.77", type: "host" }] } });
  });
  chapter("severity medium to high", at(14, 12), () => event(at(14, 12), { severity: "high", severity_label: "80" }));
  chapter("commented by a.smith", at(14, 20), () => {
    const comment = { author: "a.smith", text: "Looks like the macro test of IT, asking them." };
    state = advanceOwn(known(), { author: comment.author, comment }, context(at(14, 20))).state;
  });
  chapter("resolved", at(14, 45), () => event(at(14, 45), { status: "resolved", status_label: "Closed" }));
  chapter("reopened", at(15, 30), () => event(at(15, 30), { status: "in_progress", status_label: "Ongoing" }));
  return chapters;
}

function eventOf(when: number, patch: AlertPatch): SourceEvent {
  return {
    claim: `claim-${when}`,
    identified: true,
    key: "5696845f-9ecf-4431-9f0f-48ee0ee2eff1",
    type: "alert",
    kind: "updated",
    order: when,
    occurred_at: new Date(when).toISOString(),
    patch,
    detail: { kind: "alert", id: "ALEY4fqz8moo" },
    payload: null,
  };
}
