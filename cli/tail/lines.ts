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
/** What is left for a title, at the least and at the most: what stands behind it, such as an id, is shown whole. */
const TITLE = { least: 16, most: 40 };

/** Lays out lines; names that are longer than the column widen it for all that follow. */
export class Lines {
  readonly #width: number | undefined;
  #name = NAME;

  /** `width`: columns of the terminal; undefined where nothing is to be cut. */
  constructor(width: number | undefined) {
    this.#width = width;
  }

  /** A request, and the alert if it was about one. */
  request({ at, route, status, outcome, reason, alerts, events }: Request, alert: Alert | undefined): Paint {
    const [id] = alerts;
    if (outcome === "refused") return this.#line(at, route, bad("refused"), undefined, `${status} ${plain(reason ?? "")}`.trimEnd(), "");
    const what = outcome === "accepted" ? acceptedWord(at, alert) : faint(outcome);
    const title = alert
      ? strong(alert.title)
      : alerts.length > 1
        ? `${plural(alerts.length, "alert")}, ${plural(events.length, "event")}`
        : plain(reason ?? "");
    return this.#line(at, route, what, alert, title, alerts.length === 1 ? (id ?? "") : "");
  }

  /** A delivery, and the alert if it is about one. */
  delivery({ updated_at: at, destination, state, kind, attempts, reason, log, id }: Delivery, alert: Alert | undefined): Paint {
    const last = log.at(-1);
    const title = alert ? alert.title : kind === "digest" ? "a digest" : kind === "test" ? "a test" : id;
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
    const left = this.#width - widthOf(front);
    if (detail === "") return [front, fitted(title, left)];
    const room = Math.max(TITLE.least, Math.min(TITLE.most, left - 2 - detail.length));
    return fitted([front, ...padded(fitted(title, room), room), "  ", faint(detail)], this.#width);
  }
}

/** What became of the alert by it, as far as its latest version tells. */
function acceptedWord(at: string, alert: Alert | undefined): Paint {
  if (alert === undefined) return good("accepted");
  if (alert.created_at === at) return strong("opened");
  const { kind } = alert.change;
  return kind === "resolved" ? good("resolved") : strong(kind === "opened" ? "updated" : kind);
}

const padded = (paint: Paint, width: number): Paint[] => [paint, " ".repeat(Math.max(0, width - widthOf(paint)))];
