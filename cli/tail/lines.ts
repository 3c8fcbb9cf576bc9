// Requests and deliveries as lines of a log that goes on: time, who, what, about what.
import { bad, faint, good, loud, type Paint, strong, warn, widthOf } from "../frame/paint.ts";
import { fitted } from "../frame/table.ts";
import { clock } from "../frame/times.ts";
import type { Delivery } from "../views/attempts.ts";
import type { Story } from "../views/story.ts";
import { plain, plural, severityPaint } from "../views/words.ts";
import type { Request } from "./requests.ts";

type Alert = Story["alert"];

const NAME = 13;
const WHAT = 9;
const SEVERITY = 8;
/** What is left for a title, at the least and at the most. */
const TITLE = { least: 16, most: 40 };
/** Where an id goes that does not fit behind its title: below it, whole, so that it can be copied. */
const BELOW = " ".repeat("00:00:00  ".length);

/** Lays out lines; names that are longer than the column widen it for all that follow. */
export class Lines {
  readonly #width: number | undefined;
  #name = NAME;

  /** `width`: columns of the terminal; undefined where nothing is to be cut. */
  constructor(width: number | undefined) {
    this.#width = width;
  }

  /** A request, and the alert if it was about one. In a narrow terminal its id is a line of its own. */
  request({ at, route, status, outcome, reason, alerts, events }: Request, alert: Alert | undefined): Paint[] {
    const [id] = alerts;
    if (outcome === "refused") return [this.#line(at, route, bad("refused"), undefined, `${status} ${plain(reason ?? "")}`.trimEnd(), "")];
    const what = outcome === "accepted" ? acceptedWord(at, alert) : faint(outcome);
    const title = alert
      ? strong(alert.title)
      : alerts.length > 1
        ? `${plural(alerts.length, "alert")}, ${plural(events.length, "event")}`
        : plain(reason ?? "");
    const shown = alerts.length === 1 ? (id ?? "") : "";
    const isNarrow = this.#width !== undefined && shown !== "" && this.#titleRoom(route, shown) < TITLE.least;
    if (!isNarrow) return [this.#line(at, route, what, alert, title, shown)];
    return [this.#line(at, route, what, alert, title, ""), [BELOW, faint(shown)]];
  }

  /** A delivery, and the alert if it is about one. */
  delivery({ updated_at: at, destination, state, kind, attempts, reason, log, id }: Delivery, alert: Alert | undefined): Paint {
    const last = log.at(-1);
    const title = alert ? alert.title : kind === "digest" ? "a digest" : kind === "test" ? "a test" : (noticeIn(id) ?? id);
    const why = plain(reason ?? last?.outcome ?? "");
    switch (state) {
      case "delivered":
        return this.#line(
          last?.at ?? at,
          `-> ${destination}`,
          good("delivered"),
          alert,
          title,
          `${kind}${last ? ` in ${last.ms} ms` : ""}${attempts > 1 ? `, ${plural(attempts, "attempt")}` : ""}`,
        );
      case "merged":
        return this.#line(at, `-> ${destination}`, faint("merged"), alert, title, why);
      case "dead":
        return this.#line(at, `-> ${destination}`, loud("dead"), alert, title, why);
      case "pending":
        return this.#line(
          last?.at ?? at,
          `-> ${destination}`,
          warn("waits"),
          alert,
          title,
          `${plain(last?.outcome ?? "")}${last?.status ? ` (${last.status})` : ""}, ${plural(attempts, "attempt")}`,
        );
    }
  }

  /** Columns that are left for a title before a detail. */
  #titleRoom(name: string, detail: string): number {
    const front = "00:00:00".length + Math.max(this.#name, name.length) + WHAT + SEVERITY + 4 * 2;
    return (this.#width ?? Number.POSITIVE_INFINITY) - front - 2 - detail.length;
  }

  #line(at: string, name: string, what: Paint, alert: Alert | undefined, title: Paint, detail: string): Paint {
    this.#name = Math.max(this.#name, name.length);
    const severity = alert ? severityPaint(alert.severity) : "";
    const front: Paint = [
      faint(clock(at)),
      "  ",
      ...padded(name, this.#name),
      "  ",
      ...padded(what, WHAT),
      "  ",
      ...padded(severity, SEVERITY),
      "  ",
    ];
    if (this.#width === undefined) return [front, ...(detail === "" ? [title] : [...padded(title, TITLE.most), "  ", faint(detail)])];
    if (detail === "") return [front, fitted(title, this.#width - widthOf(front))];
    const room = Math.max(TITLE.least, Math.min(TITLE.most, this.#titleRoom(name, detail)));
    return fitted([front, ...padded(fitted(title, room), room), "  ", faint(detail)], this.#width);
  }
}

/** A word of the relay's own, by the delivery's id: `ops.notice-soc.broken.1.1` is about soc. */
function noticeIn(id: string): string | undefined {
  const about = /\.notice-([a-z0-9_-]+)\./.exec(id)?.[1];
  return about && `a notice about ${about}`;
}

/** What became of the alert by it, as far as its latest version tells. */
function acceptedWord(at: string, alert: Alert | undefined): Paint {
  if (alert === undefined) return good("accepted");
  if (alert.created_at === at) return strong("opened");
  const { kind } = alert.change;
  return kind === "resolved" ? good("resolved") : strong(kind === "opened" ? "updated" : kind);
}

const padded = (paint: Paint, width: number): Paint[] => [paint, " ".repeat(Math.max(0, width - widthOf(paint)))];
