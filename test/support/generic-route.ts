// A route of the generic source for tests about rules: its body says of an alert just what a rule may ask about.

/** Settings of such a route besides its id and its rules. */
export const GENERIC = {
  source: "generic",
  mapping: {
    id: "event",
    key: "key",
    title: "title",
    severity: "severity",
    status: "status",
    time: "time",
    assets: "asset",
    tags: "tags",
  },
};

let events = 0;

/** What such a body says; the alert is named by `key`. */
export interface GenericBody {
  key: string;
  title?: string;
  severity?: string;
  status?: string;
  asset?: string;
  time?: string;
  tags?: string[];
  /** The event's own id; each one has another unless it is given. */
  event?: string;
}

/** A body with an event id of its own. */
export function genericBody(body: GenericBody): GenericBody {
  events += 1;
  return { event: `event-${events}`, title: body.key, severity: "high", ...body };
}
