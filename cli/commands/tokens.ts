// `tocsin tokens ...`: who may use the admin API.
import { newToken, tokenPage } from "../../src/admin/answers/people.ts";
import { ROLES } from "../../src/admin/role.ts";
import { part } from "../frame/api.ts";
import { HEADINGS, withExamples } from "../frame/help.ts";
import { accent, bad, faint, type Paint, strong } from "../frame/paint.ts";
import type { Frame } from "../frame/program.ts";
import { ago } from "../frame/times.ts";
import { choice } from "../frame/values.ts";

/** Adds the verbs. */
export function addTokens({ program, does }: Frame): void {
  const tokens = program
    .command("tokens")
    .summary("who may use the admin API")
    .description("Tokens of the admin API, besides ADMIN_TOKEN. The relay keeps their hashes only.")
    .helpGroup(HEADINGS.operation);

  const listed = tokens.command("list").summary("all tokens").description("All tokens by name, without the tokens themselves.");
  withExamples(listed, ["tokens list", "the table"]);
  does(listed, async ({ api, out }) => {
    const { items } = await (await api("configure")).get("/tokens", tokenPage);
    if (out.isJson) return out.json({ items });
    if (items.length === 0) return out.line("There is no token besides ADMIN_TOKEN.");
    const rows = items.map(({ name, role, created_at, created_by, expires_at }): Paint[] => [
      strong(name),
      role,
      ago(created_at, out.now()),
      created_by,
      expires_at === null ? faint("never") : Date.parse(expires_at) < out.now() ? bad("expired") : ago(expires_at, out.now()),
    ]);
    out.table([{ title: "NAME", least: 12 }, { title: "ROLE" }, { title: "MADE" }, { title: "BY" }, { title: "ENDS" }], rows);
  });

  const create = tokens
    .command("create")
    .summary("make one")
    .description(
      "Makes a token and prints it, this once. What each role may do: read looks; operate also tests, replays, sets a status; configure also changes the configuration, erases, backs up, and says who may come in.",
    )
    .argument("<name>", "small letters, digits, dots, dashes and underscores")
    .addOption(choice("--role <role>", "what it may do", ROLES).default("read"))
    .option("--expires <when>", "when it stops to hold: a duration such as 90d, or a time (default: never)");
  withExamples(
    create,
    ["tokens create prometheus --expires 365d", "to scrape /metrics"],
    ["tokens create ci --role configure --expires 90d", "to apply from CI"],
  );
  does<[name: string], { role: string; expires?: string }>(create, async ({ api, out }, { role, expires }, name) => {
    const made = await (await api("configure")).post("/tokens", newToken, { body: { name, role, expires } });
    if (out.isJson) return out.json(made);
    out.note(`The token ${made.name} (${made.role}), which is told this once:`);
    out.line(accent(made.token));
  });

  const remove = tokens
    .command("remove")
    .summary("refuse one from now on")
    .description("Removes a token: it is refused from then on.")
    .argument("<name>", "the token's name");
  withExamples(remove, ["tokens remove ci", "after somebody has seen it"]);
  does<[name: string]>(remove, async ({ api, out }, _, name) => {
    await (await api("configure")).call("DELETE", `/tokens/${part(name)}`);
    if (out.isJson) out.json({ removed: name });
    else out.line(["Removed ", strong(name), "."]);
  });
}
