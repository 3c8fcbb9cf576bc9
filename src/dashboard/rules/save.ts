// What a rule's form asks for: to look at its condition only, or what the change would do, or the change.

import { judgeText } from "../../admin/queries/config.ts";
import { readEditable } from "../../admin/queries/editing.ts";
import type { ConfigRefusal } from "../../config/check.ts";
import { sentence } from "../../config/problem.ts";
import { rulePath } from "../../config/rule-text.ts";
import { placedProblems } from "../../config/toml.ts";
import { placedIn } from "../configuration/parts.ts";
import { propose } from "../configuration/proposal.ts";
import { formPage } from "../configuration/proposal-page.ts";
import type { Answer, Form } from "../frame/view.ts";
import { destinationsIn } from "./choices.ts";
import { NO_FORM, ruleInText, rulesInText, withRule, withTable } from "./edit.ts";
import { type FieldProblem, problemsAt, type RuleFields, tableOf } from "./form.ts";
import { ruleFormPage, type Shown } from "./form-page.ts";

/** Answers the form. */
export async function saveRule(form: Form): Promise<Answer> {
  const { context } = form;
  const { text } = await readEditable(context);
  const [route, rule] = [form.text("route"), form.text("rule")];
  const isNew = rule === "";
  const rules = rulesInText(text, route);
  const found = isNew ? undefined : ruleInText(text, route, rule);
  const back = { href: `/rules?route=${encodeURIComponent(route)}`, text: "Leave it as it is" };
  if (!rules) return undefined;
  const fields = fieldsIn(form);
  const title = isNew ? `New rule “${fields.name}” of ${route}` : `Change the rule “${rule}” of ${route}`;
  if (found && !found.ok) return { title, status: 409, page: formPage({ title, back }, found.reason) };
  const names = rules.map(({ name }) => name);
  const at = Math.min(names.length, Math.max(0, Number.parseInt(form.text("at"), 10) || 0));
  const index = found?.value.index ?? at;
  const page = (more: Partial<Shown>, status?: 422): Answer => ({
    title,
    status,
    page: ruleFormPage({
      route,
      rule: isNew ? undefined : rule,
      fields,
      at,
      names,
      destinations: destinationsIn(text, context),
      state: form.text("state"),
      ...more,
    }),
  });
  const table = tableOf(fields);
  if (!table.ok) return page({ problems: table.reason }, 422);
  const edited = found ? withTable(text, found.value, table.value) : withRule(text, route, at, table.value);
  if (!edited.ok) return { title, status: 422, page: formPage({ title, back }, NO_FORM) };
  const wrong = (reason: ConfigRefusal): Answer => page(problemsOf(reason, route, index), 422);
  if (form.text("do") === "check") {
    const judged = judgeText(context, edited.value);
    return judged.ok ? page({ isChecked: true }) : wrong(judged.reason);
  }
  // Sent from this page the way back to the form, too, is a press.
  if (form.text("do") === "again") return page({});
  return propose(
    form,
    { before: text, after: edited.value },
    {
      title,
      again: { action: "/rules/save", fields: sent(form) },
      edit: { action: "/rules/save", text: "Go on editing", fields: [["do", "again"]] },
      back,
    },
    wrong,
  );
}

const fieldsIn = (form: Form): RuleFields => ({
  name: form.text("name"),
  when: form.text("when").replaceAll("\r\n", "\n"),
  to: form.all("to"),
  enabled: form.text("enabled") === "yes",
  stop: form.text("stop") === "yes",
  rest: form.text("rest").replaceAll("\r\n", "\n"),
});

/** The fields as they were sent. */
const sent = (form: Form): [string, string][] =>
  ["route", "rule", "name", "at", "when", "to", "enabled", "stop", "rest"].flatMap((name) =>
    form.all(name).map((value): [string, string] => [name, value]),
  );

/** Each problem of the rule at its field, the others with their places. */
function problemsOf(reason: ConfigRefusal, route: string, index: number): { problems: FieldProblem[]; others: Shown["others"] } {
  if (reason.kind === "unreadable") return { problems: [], others: placedIn(reason) };
  const { fields, others } = problemsAt(reason.problems, rulePath(route, index), sentence);
  return { problems: fields, others: placedProblems(others, reason.file.locate) };
}
