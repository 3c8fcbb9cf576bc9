// /act/...: what the links in messages open. Whoever has the message may do this one thing to this one alert, without signing in; a GET, as
// link previews make it, changes nothing. A link is no session, and a wrong one is answered as an address that there is not.
import type { Context } from "hono";
import type { Hono } from "hono/tiny";
import { contextOf } from "../../admin/api.ts";
import type { AdminContext } from "../../admin/context.ts";
import type { AdminDeps } from "../../admin/deps.ts";
import { acknowledge, alikeCondition, SPANS, silenceFor, silenceOf } from "../../admin/queries/acts.ts";
import { findAlert } from "../../admin/queries/story.ts";
import type { Alert } from "../../alert.ts";
import { linkSecretOf } from "../../config/link-key.ts";
import { bodyBytes } from "../../lib/body.ts";
import { isSealed } from "../../lib/link-seal.ts";
import { RateBuckets } from "../../lib/rate-bucket.ts";
import { type Act, parseAct } from "../../lib/signed-link.ts";
import { oneLine, shorten } from "../../lib/text.ts";
import { sentencePage } from "../entrance/pages.ts";
import { type Guarded, notFromOtherSites } from "../frame/guard.ts";
import type { Html } from "../frame/parts.ts";
import { acknowledgePage, expiredPage, silencePage } from "./pages.ts";

const PATH = "/act/:alert/:verb/:destination/:expiry/:seal";
const MOST_BYTES = 16_384;
const MOST_NAME = 60;
const MOST_COMMENT = 1_000;
/** Forms of one link at once; then one in ten seconds. */
const presses = new RateBuckets(1 / 10_000, 10);

/** A link that is right, and the alert that it is for. */
interface Opened {
  act: Act;
  alert: Alert;
  context: AdminContext;
}

/** Adds the routes; what is no link of ours goes on to the page of what there is not. */
export function addActs(app: Hono<Guarded>, deps: AdminDeps): void {
  app.get(PATH, async (c, next) => {
    const opened = await open(c, deps);
    if (opened === undefined) return next();
    return opened === "expired" ? c.html(expiredPage(), 410) : c.html(pageOf(opened));
  });

  app.post(PATH, notFromOtherSites, async (c, next) => {
    const opened = await open(c, deps);
    if (opened === undefined) return next();
    if (opened === "expired") return c.html(expiredPage(), 410);
    const afterMs = presses.take(c.req.param("seal"), opened.context.now());
    if (afterMs > 0) {
      c.header("retry-after", String(Math.ceil(afterMs / 1_000)));
      return c.html(sentencePage("Too often", "This link was used too often. Try again in a minute."), 429);
    }
    const bytes = await bodyBytes(c.req.raw, MOST_BYTES);
    if (!bytes) return c.html(pageOf(opened, "The form was too large."), 413);
    const problem = await press(opened, new URLSearchParams(new TextDecoder().decode(bytes)));
    return problem === undefined ? c.redirect(new URL(c.req.url).pathname, 303) : c.html(pageOf(opened, problem), 422);
  });
}

async function open(c: Context<Guarded, typeof PATH>, deps: AdminDeps): Promise<Opened | "expired" | undefined> {
  const { seal = "", ...parts } = c.req.param();
  const act = parseAct(parts);
  if (!act) return undefined;
  const by = { by: "session", name: `link in ${act.destination}`, role: "operate" } as const;
  const context: AdminContext = { ...(await contextOf(deps, c.env, by)), via: "link" };
  const { config, destinationByName } = context.loaded;
  const secret = linkSecretOf(config.relay, c.env);
  // A destination that is gone takes its links along.
  if (secret === undefined || !destinationByName.has(act.destination) || !(await isSealed(act, seal, secret))) return undefined;
  if (act.expiresAt <= context.now()) return "expired";
  const found = await findAlert(context, act.alert);
  return found && { act, context, alert: found.story.alert };
}

function pageOf({ act, alert, context }: Opened, problem?: string): Html {
  const now = context.now();
  const given = { alert, now, ...(problem === undefined ? {} : { problem }) };
  switch (act.verb) {
    case "acknowledge":
      return acknowledgePage(given);
    case "silence":
      return silencePage(given, silenceOf(alert, context.loaded.config.silences, now), alikeCondition(alert) !== undefined);
  }
}

/** Does what the form says. Answers why it could not, in a sentence. */
async function press({ act, alert, context: opened }: Opened, form: URLSearchParams): Promise<string | undefined> {
  const name = shorten(oneLine(form.get("name") ?? ""), MOST_NAME);
  const comment = shorten((form.get("comment") ?? "").trim().toWellFormed(), MOST_COMMENT);
  const author = name === "" ? opened.author : `${name} (${opened.author})`;
  const context = { ...opened, author };
  switch (act.verb) {
    case "acknowledge":
      await acknowledge(context, alert, comment);
      return undefined;
    case "silence": {
      if (alert.status === "resolved") return undefined;
      const span = SPANS.find((one) => one === form.get("span"));
      if (!span) return "Choose for how long.";
      const scope = form.get("scope") === "alike" ? "alike" : "alert";
      return silenceFor(context, alert, { span, scope, owner: author, comment });
    }
  }
}
