// Stored alerts with what their events changed, for rules that are tried on what really came. Without payloads and traces.
import { isEmptied } from "../alert-content.ts";
import { eventId } from "../lib/names.ts";
import type { HistoryPage, StoredHistory } from "./interface.ts";
import type { LedgerTables } from "./tables.ts";

/** Events of one alert, the newest. */
const MOST_EVENTS = 200;

/**
 * Up to `most` alerts whose hash comes after `after` and to which something happened since `since` (Unix ms). Alerts of our own are left out,
 * since rules would make others, and so are those that lost their content.
 */
export function historyOf(tables: LedgerTables, route: string, after: string, most: number, since: number): HistoryPage {
  const slice = tables.slice(after, most);
  const alerts = slice
    .filter(({ updatedAt }) => updatedAt >= since)
    .flatMap(({ hash }): StoredHistory[] => {
      const state = tables.state(hash);
      if (!state || state.raisedBy || isEmptied(state.alert)) return [];
      const events = tables.events(hash, MOST_EVENTS).map(({ claim, receivedAt, end, body }) => ({
        id: eventId(route, claim, receivedAt),
        type: body.type,
        received_at: new Date(receivedAt).toISOString(),
        occurred_at: body.occurredAt ?? null,
        end,
        change: body.change,
      }));
      const isRecent = events.some(({ received_at }) => Date.parse(received_at) >= since);
      return isRecent ? [{ alert: state.alert, events }] : [];
    });
  return { alerts, next: slice.length < most ? null : (slice.at(-1)?.hash ?? null) };
}
