// What the relay's own watch found wrong and no other check sees: what was given up, what waits, what ends soon.
import { errorText } from "../../lib/log.ts";
import { KINDS, type KindName, kindOf } from "../../watch/kinds.ts";
import type { AdminContext } from "../context.ts";
import { type HealthCheck, readHealth } from "../queries/health.ts";
import { type CheckResult, doubtful, good, wrong } from "./check.ts";

/** Other checks look at these themselves, as of now. */
const CHECKED: ReadonlySet<string> = new Set<HealthCheck["check"]>([
  "destination_down",
  "destination_refused",
  "books_off",
  "object_failed",
  "configuration_broken",
  "sweep_overdue",
]);

const isWatched = (check: HealthCheck["check"]): check is KindName => check in KINDS && !CHECKED.has(check);

/** A result for each condition that lasts: `watch:dead_letters:soc`. One that all is well where there is none. */
export async function watched(context: AdminContext): Promise<CheckResult[]> {
  try {
    const { checks } = await readHealth(context);
    const results = checks.flatMap(({ check, state, subject, text, advice }): CheckResult[] => {
      if (state === "ok" || !isWatched(check)) return [];
      const found = `${kindOf(check).title(subject ?? "")}. ${text}`;
      const id = ["watch", check, ...(subject === null ? [] : [subject])].join(":");
      return [{ id, ...(state === "down" ? wrong : doubtful)(found, advice ?? undefined) }];
    });
    return results.length > 0 ? results : [{ id: "watch", ...good("The relay's own watch finds nothing else.") }];
  } catch (error) {
    return [{ id: "watch", ...wrong(`What the relay's own watch found cannot be read: ${errorText(error)}`) }];
  }
}
