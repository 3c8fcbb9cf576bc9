// Rules that stored alerts are tried on: those in effect, or those of a text.
import type { ConfigRefusal } from "../../config/check.ts";
import { parseTables } from "../../config/parse.ts";
import { ok, type Result } from "../../outcome.ts";
import type { ReplayRules } from "../../simulate/replay.ts";
import type { AdminContext } from "../context.ts";
import { judgeText, registriesOf } from "./config.ts";

/** Rules of a text; without one those in effect. Silences are those that have not ended, either way. */
export function rulesOf(context: AdminContext, text: string | undefined): Result<ReplayRules, ConfigRefusal> {
  const { config } = context.loaded;
  if (text === undefined) return ok({ config, silences: config.silences });
  const judged = judgeText(context, text);
  if (!judged.ok) return judged;
  const local = context.env.LOCAL === "1";
  return ok({ config: parseTables(judged.value.file.document, registriesOf(context), { local }).config, silences: config.silences });
}
