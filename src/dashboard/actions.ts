// What the pages' forms do. Each ends on a page that can be loaded again without doing it twice; only a test shows its answer.
import type { Context } from "hono";
import { html } from "hono/html";
import type { Hono } from "hono/tiny";
import { contextOf } from "../admin/api.ts";
import type { AdminContext } from "../admin/context.ts";
import type { AdminDeps } from "../admin/deps.ts";
import { setStatus, statusChange } from "../admin/endpoints/alerts.ts";
import { replayOne } from "../admin/endpoints/deliveries.ts";
import { stopSilence } from "../admin/queries/silences.ts";
import { testDestination, testRoute } from "../admin/queries/tests.ts";
import { SEVERITIES } from "../alert.ts";
import { type Guarded, guarded, ownPath } from "./guard.ts";
import { page } from "./layout.ts";
import { sentencePage } from "./pages/sign-in.ts";
import { testPage } from "./pages/test-report.ts";
import type { Html, Tone } from "./parts.ts";

/** What a page says after a form, by the word in its address: never text from outside. */
const NOTICES: Record<string, [tone: Tone, sentence: string]> = {
  replayed: ["good", "The message is on its way again. It shows the alert's latest version."],
  not_dead: ["warn", "Nothing was replayed: the delivery is not dead any more."],
  unknown: ["bad", "Nothing was replayed: the destination does not know this delivery any more."],
  status_set: ["good", "Done. Destinations that show the alert get the change."],
  silence_ended: ["good", "The silence is over. What it hid and still matters is told now."],
  no_silence: ["warn", "Nothing was ended: there is no such silence, or it was over already."],
  nothing_set: ["warn", "Nothing was changed: choose a status or write a comment."],
};

/** The notice that an address asks for. */
export function notice(url: URL): Html | undefined {
  const found = NOTICES[url.searchParams.get("done") ?? ""];
  return found && html`<p class="note ${found[0]}" role="status">${found[1]}</p>`;
}

/** Adds the forms' targets. */
export function addActions(app: Hono<Guarded>, deps: AdminDeps): void {
  const operator = guarded(deps, "operate");
  const contextFor = (c: Context<Guarded>): Promise<AdminContext> => contextOf(deps, c.env, c.get("visitor"));

  app.post("/alerts/:id/status", operator, async (c) => {
    const form = await c.req.parseBody();
    const given = Object.fromEntries(Object.entries({ status: form.status, comment: form.comment }).filter(([, value]) => value));
    const wanted = statusChange.safeParse(given);
    const id = c.req.param("id");
    if (wanted.success && !(await setStatus(await contextFor(c), id, wanted.data)))
      return c.html(sentencePage("No such alert", "There is no such alert."), 404);
    return c.redirect(`/alerts/${encodeURIComponent(id)}?done=${wanted.success ? "status_set" : "nothing_set"}`, 303);
  });

  app.post("/deliveries/:id/replay", operator, async (c) => {
    const id = c.req.param("id");
    const back = new URL(ownPath((await c.req.parseBody()).back), c.req.url);
    const result = await replayOne(await contextFor(c), id);
    back.searchParams.set("done", result);
    return c.redirect(`${back.pathname}${back.search}`, 303);
  });

  app.post("/silences/:id/end", operator, async (c) => {
    const ended = await stopSilence(await contextFor(c), c.req.param("id"));
    return c.redirect(`/?done=${ended === "ended" ? "silence_ended" : "no_silence"}`, 303);
  });

  app.post("/routes/:name/test", operator, async (c) => {
    const form = await c.req.parseBody();
    const context = await contextFor(c);
    const route = context.loaded.routeByName.get(c.req.param("name"));
    if (!route) return c.html(sentencePage("No such route", "There is no such route."), 404);
    const severity = SEVERITIES.find((one) => one === form.severity);
    const report = await testRoute(context, route, { dryRun: form.dry_run === "true", severity });
    return c.html(reportPage(testPage(report, { href: `/routes#${route.name}`, text: "Back to the routes" }, Date.now()), "/routes"));
  });

  app.post("/destinations/:name/test", operator, async (c) => {
    const form = await c.req.parseBody();
    const context = await contextFor(c);
    const name = c.req.param("name");
    if (!context.loaded.destinationByName.has(name))
      return c.html(sentencePage("No such destination", "There is no such destination."), 404);
    const report = await testDestination(context, name, { dryRun: form.dry_run === "true" });
    const content = testPage(report, { href: `/destinations#${name}`, text: "Back to the destinations" }, Date.now());
    return c.html(reportPage(content, "/destinations"));
  });
}

const reportPage = (content: Html, path: string): Html => page({ title: "Test", path, now: Date.now(), content, again: false });
