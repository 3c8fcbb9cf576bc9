import { presentState } from "../../admin/queries/config.ts";
import { readEditable } from "../../admin/queries/editing.ts";
import { routeItems } from "../../admin/queries/routes.ts";
import { stateName } from "../../store/config-state.ts";
import { propose } from "../configuration/proposal.ts";
import { formPage } from "../configuration/proposal-page.ts";
import { sharedReading } from "../frame/looks.ts";
import { destinationNames, routeNames } from "../frame/names.ts";
import { type Answer, type Form, type Pages, parametersOf, WrongQuery } from "../frame/view.ts";
import { destinationsIn } from "./choices.ts";
import { copyName, NO_FORM, RULE_ACTS, type RuleAct, ruleInText, rulesInText, withAct } from "./edit.ts";
import { fieldsOf } from "./form.ts";
import { chooseRoutePage, ruleFormPage } from "./form-page.ts";
import { ruleSearch } from "./found.ts";
import { editLink, rulesPage } from "./list-page.ts";
import { saveRule } from "./save.ts";
import { addTry } from "./try-area.ts";

/** The rules of all routes: searched, tried, and changed, each change as a revision of its own. */
export function addRules(pages: Pages): void {
  pages.show("/rules", { title: "Rules", live: 15 }, async (view) => {
    const { context, url, now, may } = view;
    const search = parametersOf(url, ruleSearch);
    if (search instanceof WrongQuery) return search;
    const [reading, state] = await Promise.all([sharedReading(view), presentState(context)]);
    const routes = routeItems(context, reading, false).filter((route) => route.state !== "removed");
    const destinations = destinationNames(context);
    return rulesPage({ routes, search, destinations, state: stateName(state), mayConfigure: may("configure"), now });
  });

  pages.show("/rules/new", { title: "New rule", role: "configure" }, async ({ context, url }) => {
    const route = url.searchParams.get("route") ?? "";
    const { text, state } = await readEditable(context);
    const rules = rulesInText(text, route);
    if (!rules) return chooseRoutePage(routeNames(context));
    const names = rules.map(({ name }) => name);
    const fields = { name: "", when: "", to: [], enabled: true, stop: false, rest: "" };
    return ruleFormPage({ route, rule: undefined, fields, names, destinations: destinationsIn(text, context), state: stateName(state) });
  });

  pages.show("/rules/edit", { title: "Change a rule", role: "configure" }, async ({ context, url }) => {
    const { text, state } = await readEditable(context);
    const found = ruleInText(text, url.searchParams.get("route") ?? "", url.searchParams.get("rule") ?? "");
    if (!found.ok) return undefined;
    const { route, name, names, table } = found.value;
    return ruleFormPage({
      route,
      rule: name,
      fields: fieldsOf(name, table),
      names,
      destinations: destinationsIn(text, context),
      state: stateName(state),
    });
  });

  pages.act("/rules/act", "configure", actOnRule);
  pages.act("/rules/save", "configure", saveRule);
  addTry(pages);
}

const ACT_WORDS: Record<RuleAct, string> = {
  enable: "Switch on",
  disable: "Switch off",
  up: "Move up",
  down: "Move down",
  duplicate: "Duplicate",
  remove: "Remove",
};

async function actOnRule(form: Form): Promise<Answer> {
  const act = RULE_ACTS.find((one) => one === form.text("act"));
  if (!act) return undefined;
  const { text } = await readEditable(form.context);
  const [route, rule] = [form.text("route"), form.text("rule")];
  const list = { href: `/rules?route=${encodeURIComponent(route)}`, text: "Leave it as it is" };
  const title = `${ACT_WORDS[act]} the rule “${rule}” of ${route}`;
  const found = ruleInText(text, route, rule);
  if (!found.ok) return { title, status: 409, page: formPage({ title, back: list }, found.reason) };
  const edited = withAct(text, found.value, act);
  if (!edited.ok) return { title, status: 422, page: formPage({ title, back: list }, NO_FORM) };
  const fields: [string, string][] = [
    ["act", act],
    ["route", route],
    ["rule", rule],
  ];
  // Who duplicates a rule means to change the copy.
  const done = act === "duplicate" ? editLink(route, copyName(rule, found.value.names)) : undefined;
  return propose(form, { before: text, after: edited.value }, { title, again: { action: "/rules/act", fields }, back: list, done });
}
