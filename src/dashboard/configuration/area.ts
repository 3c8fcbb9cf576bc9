import { html } from "hono/html";
import * as z from "zod";
import { audit } from "../../admin/audit.ts";
import { planConfig, presentState, registriesOf } from "../../admin/queries/config.ts";
import { applyTried, readEditable, tryOnStored } from "../../admin/queries/editing.ts";
import { listRevisions, revisionSearch } from "../../admin/queries/revisions.ts";
import { changesBetween } from "../../config/changes.ts";
import { rowsOf } from "../../config/document.ts";
import { parseConfigText } from "../../config/toml.ts";
import { veil } from "../../config/veil.ts";
import { type Revision, readRevision, stateName } from "../../store/config-state.ts";
import { type Answer, type Form, type Pages, parametersOf, type View, WrongQuery } from "../frame/view.ts";
import { differencePage, rollbackPage, type Side } from "./difference-page.ts";
import { editPage } from "./edit-page.ts";
import { configurationPage } from "./page.ts";
import { placedIn, problemsView } from "./parts.ts";
import { propose, veiled } from "./proposal.ts";

const schema = z.strictObject(revisionSearch);
const pair = z.strictObject({ from: z.coerce.number().int().min(1), to: z.coerce.number().int().min(1) });

/** The configuration: its text, its revisions, what differs, and the way back. */
export function addConfiguration(pages: Pages): void {
  pages.show("/configuration", { title: "Configuration" }, async ({ context, url, now, may }) => {
    const query = parametersOf(url, schema);
    if (query instanceof WrongQuery) return query;
    const [{ text, state }, found] = await Promise.all([readEditable(context), listRevisions(context.env.DB, query)]);
    const mayConfigure = may("configure");
    return configurationPage({ state, found, text: mayConfigure ? veiled({ context }, text) : undefined, mayConfigure, url, now });
  });

  pages.show("/configuration/edit", { title: "Edit the configuration", role: "configure" }, async ({ context }) => {
    const { text, state } = await readEditable(context);
    return editPage({ text: veiled({ context }, text) ?? "", state: stateName(state), hasIds: false });
  });

  // The same with what was typed; and with the ids, for whoever asks.
  pages.act("/configuration/edit", "configure", async (form) => {
    const hasIds = form.text("ids") === "shown";
    const { text } = await readEditable(form.context);
    const typed = form.text("text");
    if (hasIds) await audit(form.context, { action: "configuration.exported", target: `revision ${form.text("state").split(".")[0]}` });
    const shown = hasIds ? (veil(text, registriesOf(form.context), { ids: true })?.unveil(typed, "ids") ?? typed) : typed;
    return { title: "Edit the configuration", page: editPage({ text: shown, state: form.text("state"), hasIds }) };
  });

  pages.act("/configuration/plan", "configure", plan);

  pages.show("/configuration/difference", { title: "Difference", role: "configure" }, async ({ context, url, now }) => {
    const query = parametersOf(url, pair);
    if (query instanceof WrongQuery) return query;
    const [from, to] = await Promise.all([query.from, query.to].map((number) => readRevision(context.env.DB, number)));
    if (!from || !to) return undefined;
    return differencePage(sideOf(context, from), sideOf(context, to), changesOf(context, from, to), now);
  });

  pages.act("/configuration/revisions/:revision/rollback", "configure", rollBack);
}

async function plan(form: Form): Promise<Answer> {
  const { context } = form;
  const { text: before, state } = await readEditable(context);
  const typed = form.text("text").replaceAll("\r\n", "\n");
  const hasIds = form.text("ids") === "shown";
  const after = veil(before, registriesOf(context), { ids: true })?.unveil(typed) ?? typed;
  const fields: [string, string][] = [["text", typed], ...(hasIds ? [["ids", "shown"] as [string, string]] : [])];
  return propose(
    form,
    { before, after },
    {
      title: "Change the configuration",
      again: { action: "/configuration/plan", fields },
      edit: { action: "/configuration/edit", text: "Go on editing" },
      back: { href: "/configuration", text: "Leave it as it is" },
    },
    (reason) => ({
      title: "Edit the configuration",
      status: 422,
      page: editPage({ text: typed, state: form.text("state") || stateName(state), hasIds, problems: placedIn(reason) }),
    }),
  );
}

async function rollBack(form: Form): Promise<Answer> {
  const { context, param, now } = form;
  const number = /^\d{1,15}$/.test(param("revision")) ? Number(param("revision")) : 0;
  const [found, present] = await Promise.all([readRevision(context.env.DB, number), presentState(context)]);
  if (!found) return undefined;
  const planned = planConfig(context, found.source, present);
  const to = sideOf(context, found);
  if (!planned.ok)
    return {
      title: "Go back",
      status: 422,
      page: html`<h1>Revision ${number} cannot be applied any more</h1><div class="note bad" role="alert">${problemsView(placedIn(planned.reason), to.text)}</div><p><a class="button" href="/configuration">All revisions</a></p>`,
    };
  const isMeant = form.text("apply") === "yes" && form.text("state") === stateName(present);
  if (isMeant) {
    const evenIfLost = form.text("confirm") === "lost";
    const applied = await applyTried(context, planned.value, { origin: "rollback", backTo: number, evenIfLost });
    if (applied.ok)
      return {
        to: "/configuration",
        notice: applied.value.applied ? "rolled_back" : "applied_nothing",
        counts: { revision: applied.value.revision, to: number },
      };
    if (applied.reason.kind === "stale") return { to: "/configuration", notice: "changed_meanwhile" };
  } else if (form.text("apply") === "yes") return { to: "/configuration", notice: "changed_meanwhile" };
  const tried = await tryOnStored(context, found.source);
  const { text } = await readEditable(context);
  const page = rollbackPage({ to, before: veiled(form, text), planned: planned.value, tried, isRefused: isMeant, now });
  return { title: "Go back", status: isMeant ? 409 : undefined, page };
}

const sideOf = (context: View["context"], revision: Revision): Side => ({ revision, text: veiled({ context }, revision.source) });

function changesOf(context: View["context"], from: Revision, to: Revision) {
  const [before, after] = [from, to].map(({ source }) => parseConfigText(source));
  if (!before?.ok || !after?.ok) return undefined;
  return changesBetween(rowsOf(before.value.document), rowsOf(after.value.document), registriesOf(context));
}
