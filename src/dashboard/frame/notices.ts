// What a page says after a form, by the word in its address: never text from outside. Numbers come as `done_NAME`.
import { html } from "hono/html";
import { own } from "../../lib/own.ts";
import type { Html, Tone } from "./parts.ts";

/** How many there were of what a form counted. */
type Counts = (name: string) => number;
type Notice = [tone: Tone, sentence: string | ((counts: Counts) => string)];

const NOTICES = {
  // Deliveries
  replayed: ["good", "The message is on its way again. It shows the alert's latest version."],
  not_dead: ["warn", "Nothing was replayed: the delivery is not dead any more."],
  unknown: ["bad", "Nothing was replayed: the destination does not know this delivery any more."],
  chosen_none: ["warn", "Nothing was replayed: choose some dead deliveries first, by their boxes."],
  replayed_none: ["warn", "Nothing was replayed: no dead delivery is like that."],
  replayed_forgotten: ["bad", "Nothing was replayed: their destinations do not remember these any more."],
  replayed_piece: [
    "good",
    (of) => `${of("replayed")} are on their way again, and about ${of("left")} are left. Go on below once these are through.`,
  ],
  replayed_many: [
    "good",
    (of) =>
      `${of("replayed")} ${of("replayed") === 1 ? "is" : "are"} on ${of("replayed") === 1 ? "its" : "their"} way again.${of("passed") > 0 ? ` ${of("passed")} were passed over: not dead any more, or not remembered by their destination.` : ""}`,
  ],
  // Silences
  silence_made: ["good", "The silence is made. It is in effect everywhere within two seconds of its beginning."],
  silence_ended: ["good", "The silence has ended. What it hid and is still open is told now."],
  silence_was_over: ["warn", "Nothing was changed: the silence was over already."],
  // Settings
  token_removed: ["good", "The token is removed. Whoever uses it is refused from now on, and signed out."],
  // Alerts
  status_set: ["good", "Done. Destinations that show the alert get the change."],
  nothing_set: ["warn", "Nothing was changed: choose a status or write a comment."],
  alert_silenced: ["good", "Silenced. It is in effect everywhere within two seconds."],
  silence_no_span: ["warn", "Nothing was silenced: choose for how long."],
  // Configuration
  applied: ["good", (of) => `Applied as revision ${of("revision")}. It is in effect within 5 seconds.`],
  rotated: ["good", (of) => `Applied as revision ${of("revision")}. Show the address, and give the fresh one to the vendor.`],
  applied_nothing: ["warn", "Nothing was applied: it was so already."],
  rolled_back: ["good", (of) => `Gone back to revision ${of("to")}, as revision ${of("revision")}. It is in effect within 5 seconds.`],
  changed_meanwhile: ["warn", "Nothing was changed: somebody changed the configuration meanwhile. Look again, and press once more."],
} satisfies Record<string, Notice>;

/** The word of a notice. */
export type NoticeName = keyof typeof NOTICES;

/** The notice that an address asks for. */
export function notice(url: URL): Html | undefined {
  const found = own<Notice>(NOTICES, url.searchParams.get("done") ?? undefined);
  if (!found) return undefined;
  const [tone, told] = found;
  const sentence = typeof told === "string" ? told : told((of) => Number.parseInt(url.searchParams.get(`done_${of}`) ?? "", 10) || 0);
  return html`<p class="note ${tone}" role="status">${sentence}</p>`;
}
