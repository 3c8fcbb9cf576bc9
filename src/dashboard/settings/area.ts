import { issuesOf } from "../../admin/endpoint.ts";
import { dropToken, IN_THE_PAST, NAME_TAKEN, newToken, tokenWanted } from "../../admin/endpoints/tokens.ts";
import { examine } from "../../admin/queries/doctor.ts";
import { readHealth } from "../../admin/queries/health.ts";
import { readSettings } from "../../admin/queries/settings.ts";
import { readUsage } from "../../admin/queries/usage.ts";
import { listTokens } from "../../admin/tokens.ts";
import type { Answer, Form, Pages } from "../frame/view.ts";
import { doctorPage } from "./doctor-page.ts";
import { settingsPage } from "./page.ts";
import { removeTokenPage, type TypedToken, tokenMadePage, tokenRefusedPage } from "./people.ts";

/** How the relay is set up, how it is, and who may come in. */
export function addSettings(pages: Pages): void {
  pages.show("/settings", { title: "Settings", live: 30 }, async ({ context, may: mayDo, now }) => {
    const may = { operate: mayDo("operate"), configure: mayDo("configure") };
    const [settings, health, usage, tokens] = await Promise.all([
      readSettings(context),
      readHealth(context),
      readUsage(context),
      may.configure ? listTokens(context.env.DB) : undefined,
    ]);
    return settingsPage({ settings, health, usage, tokens, may, now });
  });

  pages.act("/settings/doctor", "operate", async ({ context }) => ({ page: doctorPage(await examine(context)), title: "Doctor" }));

  pages.act("/settings/tokens", "configure", makeOne);
  pages.show("/settings/tokens/:name/remove", { title: "Remove a token", role: "configure" }, async ({ context, param, now }) => {
    const found = (await listTokens(context.env.DB)).find(({ name }) => name === param("name"));
    return found && removeTokenPage(found, context.via === "session" && context.author === found.name, now);
  });
  pages.act("/settings/tokens/:name/remove", "configure", async ({ context, param }) =>
    (await dropToken(context, param("name"))) ? { to: "/settings", notice: "token_removed" } : undefined,
  );
}

async function makeOne({ context, text }: Form): Promise<Answer> {
  const typed: TypedToken = { name: text("name").trim(), role: text("role"), expires: text("expires") };
  const refused = (problems: Record<string, string>): Answer => ({
    page: tokenRefusedPage(typed, problems),
    title: "Make a token",
    status: 422,
  });
  const { expires, ...others } = typed;
  const wanted = tokenWanted.safeParse({ ...others, ...(expires === "" ? {} : { expires }) });
  if (!wanted.success) return refused(Object.fromEntries(issuesOf(wanted.error)));
  const made = await newToken(context, wanted.data);
  if (made.ok) return { page: tokenMadePage(made.value), title: "A new token" };
  return refused(made.reason === "taken" ? { name: NAME_TAKEN } : { expires: IN_THE_PAST });
}
