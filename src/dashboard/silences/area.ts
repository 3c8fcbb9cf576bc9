import * as z from "zod";
import type { AdminContext } from "../../admin/context.ts";
import { decodeCursor, type Position } from "../../admin/cursor.ts";
import { issuesOf } from "../../admin/endpoint.ts";
import { silenceWanted } from "../../admin/endpoints/silences.ts";
import { paging } from "../../admin/params.ts";
import { trySilence } from "../../admin/queries/silence-trial.ts";
import {
  findSilence,
  listSilences,
  makeSilence,
  type NotMade,
  type SilenceItem,
  stopSilence,
  TOO_MANY,
} from "../../admin/queries/silences.ts";
import { isOpen } from "../../rules/hours.ts";
import { routeNames } from "../frame/names.ts";
import { type Answer, type Form, type Pages, parametersOf, WrongQuery } from "../frame/view.ts";
import { emptyForm, type Typed, typedForm, wantedOf } from "./form.ts";
import { type FormView, type Problems, silenceFormPage } from "./form-page.ts";
import { endPage, silencesPage } from "./page.ts";

/** Ended ones of a page. */
const ENDED = 20;
/** As many may be open at once, more than a page of the API has. */
const PAGE = 200;

/** What people hide for a while. */
export function addSilences(pages: Pages): void {
  pages.show("/silences", { title: "Silences", live: 10 }, async ({ context, url, may, now }) => {
    const search = parametersOf(url, z.strictObject(paging()));
    if (search instanceof WrongQuery) return search;
    const [open, ended] = await Promise.all([
      search.cursor ? [] : allOpen(context),
      listSilences(context, { ...search, state: ["ended"], limit: ENDED }),
    ]);
    return silencesPage({ open, ended, withinHours: withinHours(context), url, mayEnd: may("operate"), now });
  });

  pages.show("/silences/new", { title: "Make a silence", role: "operate" }, async ({ context, url, now }) =>
    silenceFormPage({ typed: emptyForm(context.author, url.searchParams), problems: {}, routes: routeNames(context), now }),
  );
  pages.act("/silences/new", "operate", (form) => make(form, "make"));
  pages.act("/silences/check", "operate", (form) => make(form, "check"));

  pages.show("/silences/:id/end", { title: "End a silence", role: "operate" }, async ({ context, param, now }) => {
    const found = await findSilence(context, param("id"));
    return found && endPage(found, withinHours(context).has(found.id), now);
  });
  pages.act("/silences/:id/end", "operate", async ({ context, param }) => {
    switch (await stopSilence(context, param("id"))) {
      case "ended":
        return { to: "/silences", notice: "silence_ended" };
      case "was_over":
        return { to: "/silences", notice: "silence_was_over" };
      case "unknown":
        return undefined;
    }
  });
}

async function allOpen(context: AdminContext): Promise<SilenceItem[]> {
  const items: SilenceItem[] = [];
  let cursor: Position | undefined;
  do {
    const page = await listSilences(context, { state: ["active", "upcoming"], limit: PAGE, cursor });
    items.push(...page.items);
    cursor = page.next === null ? undefined : decodeCursor(page.next);
  } while (cursor);
  return items;
}

/** Ids of those that recur and hide now. */
const withinHours = ({ loaded: { config }, now }: AdminContext): ReadonlySet<string> =>
  new Set(config.silences.filter(({ recur }) => recur && isOpen(recur, now(), config.lists)).map(({ id }) => id));

async function make({ context, text, all, now }: Form, what: "make" | "check"): Promise<Answer> {
  const typed = typedForm(text, all);
  const formPage = (more: Pick<FormView, "problems" | "trial">, status: 200 | 409 | 422): Answer => ({
    page: silenceFormPage({ typed, routes: routeNames(context), now, ...more }),
    title: "Make a silence",
    status,
  });
  const wanted = silenceWanted.safeParse(wantedOf(typed));
  if (!wanted.success) return formPage({ problems: { ...Object.fromEntries(issuesOf(wanted.error)), ...unfilled(typed) } }, 422);
  if (what === "check") {
    const tried = await trySilence(context, wanted.data);
    return tried.ok ? formPage({ problems: {}, trial: tried.value }, 200) : formPage({ problems: problemsOf(tried.reason) }, 422);
  }
  const made = await makeSilence(context, wanted.data);
  if (!made.ok) return formPage({ problems: problemsOf(made.reason) }, made.reason === "too_many" ? 409 : 422);
  return { to: `/silences#silence-${made.value.id}`, notice: "silence_made" };
}

/** Of a field that was left empty there is no more to say. */
const unfilled = (typed: Typed): Problems =>
  Object.fromEntries(
    (["when", "owner", "comment"] as const).flatMap((name) => (typed[name].trim() === "" ? [[name, "Fill this in."]] : [])),
  );

const problemsOf = (reason: NotMade): Problems => (reason === "too_many" ? { "": TOO_MANY } : { [reason.where]: reason.sentence });
