// Changes of a route that are one press: on, off, and a fresh address.
import { readEditable } from "../../admin/queries/editing.ts";
import { setKeys } from "../../config/edit-text.ts";
import { rotated } from "../../config/former-ids.ts";
import { routeInText } from "../../config/route-in-text.ts";
import { parseDuration } from "../../lib/duration.ts";
import { propose } from "../configuration/proposal.ts";
import { formPage } from "../configuration/proposal-page.ts";
import type { Answer, Form } from "../frame/view.ts";
import { NO_FORM } from "../rules/edit.ts";
import { KEEPS } from "./address-card.ts";

const TITLES = { enable: "Enable the route", disable: "Disable the route", rotate: "Give a fresh address to the route" } as const;
type Act = keyof typeof TITLES;

/** Answers the forms of a route's page. */
export async function actOnRoute(form: Form): Promise<Answer> {
  const name = form.param("name");
  const act = (Object.keys(TITLES) as Act[]).find((one) => one === form.text("act"));
  if (!act) return undefined;
  const { text } = await readEditable(form.context);
  const table = routeInText(text, name);
  if (!table) return undefined;
  const keep = KEEPS.find(([value]) => value === form.text("keep"))?.[0] ?? KEEPS[0][0];
  const back = { href: `/routes/${name}`, text: "Leave it as it is" };
  const title = `${TITLES[act]} ${name}`;
  const edited = setKeys(text, ["routes", name], valuesOf(act, table, parseDuration(keep) ?? 0, form.now));
  if (!edited.ok) return { title, status: 422, page: formPage({ title, back }, NO_FORM) };
  const fields: [string, string][] = [["act", act], ...(act === "rotate" ? [["keep", keep] as [string, string]] : [])];
  const notice = act === "rotate" ? "rotated" : undefined;
  return propose(form, { before: text, after: edited.value }, { title, again: { action: `/routes/${name}/act`, fields }, back, notice });
}

/** What each act sets. */
export function valuesOf(act: Act, table: Record<string, unknown>, keepMs: number, now: number): Record<string, unknown> {
  switch (act) {
    case "enable":
      return { enabled: undefined };
    case "disable":
      return { enabled: false };
    case "rotate":
      return rotated(table, crypto.randomUUID(), keepMs, now);
  }
}
