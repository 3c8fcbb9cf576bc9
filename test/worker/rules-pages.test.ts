// Routes, rules and the configuration as people change them on the dashboard: shown first, applied as revisions, refused where somebody was
// faster or a critical alert would reach nobody; addresses only for whoever asks.
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import { api, json, tokenOf } from "./support/api.ts";
import { clock } from "./support/clock.ts";
import { call, hook, settled } from "./support/relay.ts";

const ID = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";
const TEXT = `# ours
[destinations.board]
type = "inbox"

[routes.prod]
id = "${ID}" # since spring
source = "text"
default_severity = "critical"

# whatever comes
[[routes.prod.rules]]
name = "all"
to = ["board"] # for the wall
`;
type Fields = Record<string, string | string[]>;

const request = async (path: string, { token = env.ADMIN_TOKEN, fields }: { token?: string; fields?: Fields } = {}) => {
  const body = fields && new URLSearchParams(Object.entries(fields).flatMap(([name, all]) => [all].flat().map((one) => [name, one])));
  const answer = await call(path, {
    method: fields ? "POST" : "GET",
    redirect: "manual",
    headers: { authorization: `Bearer ${token}` },
    ...(body ? { body } : {}),
  });
  return { status: answer.status, to: answer.headers.get("location"), headers: answer.headers, text: await answer.text() };
};
const text = async (): Promise<string> => (await api("GET", "/config")).text();
const state = async (): Promise<string> => ((await api("GET", "/config")).headers.get("etag") ?? "").replaceAll('"', "");
const revisions = async () =>
  (await json<{ items: { revision: number; origin: string; author: string }[] }>(api("GET", "/config/revisions"))).items;
const apply = async (given: string): Promise<void> => {
  const answer = await api("PUT", "/config", { body: given, headers: { "if-match": `"${await state()}"` } });
  expect(answer.status, await answer.text()).toBe(200);
};

beforeEach(async () => {
  clock.skip(60_000);
  await env.DB.batch(["routes", "destinations", "relay", "revisions", "audit"].map((table) => env.DB.prepare(`DELETE FROM ${table}`)));
  await apply(TEXT);
});

describe("a press on a rule", () => {
  const press = async (act: string, more: Fields = {}) =>
    request("/rules/act", { fields: { act, route: "prod", rule: "all", state: await state(), ...more } });

  test("shows what it would do, and changes nothing", async () => {
    const shown = await press("disable");
    expect(shown.status).toBe(200);
    expect(shown.text).toContain("Nothing is changed yet");
    expect(shown.text).toContain("<code>enabled = false</code>");
    expect(shown.text).not.toContain(ID);
    expect(await text()).toBe(TEXT);
  });

  test("is a revision of its own when it is applied, by whoever pressed; comments stay", async () => {
    const applied = await press("disable", { apply: "yes" });
    expect([applied.status, applied.to]).toEqual([303, "/rules?route=prod&done=applied&done_revision=2"]);
    expect(await text()).toBe(TEXT.replace('name = "all"\n', 'name = "all"\nenabled = false\n'));
    expect((await revisions())[0]).toMatchObject({ revision: 2, origin: "edit", author: "admin" });
    await press("enable", { apply: "yes" });
    expect(await text()).toBe(TEXT);
  });

  test("leads from a duplicate to its form", async () => {
    const applied = await press("duplicate", { apply: "yes" });
    expect(applied.to).toContain("/rules/edit?route=prod&rule=all+copy");
    expect(await text()).toContain('# whatever comes\n[[routes.prod.rules]]\nname = "all copy"');
    const moved = await request("/rules/act", {
      fields: { act: "up", route: "prod", rule: "all copy", state: await state(), apply: "yes" },
    });
    expect(moved.status).toBe(303);
    expect((await text()).indexOf('"all copy"')).toBeLessThan((await text()).indexOf('"all"\n'));
  });

  test("is refused where somebody was faster, with what was asked for kept", async () => {
    const seen = await state();
    await apply(`${TEXT}# more\n`);
    const refused = await press("remove", { apply: "yes", state: seen });
    expect(refused.status).toBe(409);
    expect(refused.text).toContain("Somebody changed the configuration meanwhile");
    expect(refused.text).toContain("/configuration/difference?from=1&to=2");
    expect(refused.text).toContain(`name="state" value="${await state()}"`);
    expect(await text()).toBe(`${TEXT}# more\n`);
  });

  test("is refused to those who may not", async () => {
    for (const role of ["read", "operate"]) {
      const token = await tokenOf(`a-${role}`, role);
      const fields = { act: "disable", route: "prod", rule: "all", state: await state(), apply: "yes" };
      expect((await request("/rules/act", { token, fields })).status).toBe(403);
      const list = await request("/rules", { token });
      expect(list.status).toBe(200);
      expect(list.text).not.toContain('action="/rules/act"');
    }
    expect(await text()).toBe(TEXT);
  });

  test("needs another word where a critical alert would reach nobody", async () => {
    clock.skip(6_000);
    expect((await hook(ID, { text: "the canary was touched" })).status).toBe(202);
    await settled("prod", "board");
    expect((await press("remove")).text).toContain("1 critical alert that reached somebody would reach nobody");
    const refused = await press("remove", { apply: "yes" });
    expect(refused.status).toBe(409);
    expect(refused.text).toContain('name="confirm"');
    expect(await text()).toBe(TEXT);
    expect((await press("remove", { apply: "yes", confirm: "lost" })).status).toBe(303);
    expect(await text()).not.toContain("rules");
  });
});

describe("a rule's form", () => {
  const save = async (fields: Fields) =>
    request("/rules/save", { fields: { route: "prod", state: await state(), enabled: "yes", ...fields } });

  test("says what is wrong at its field, and keeps what was typed", async () => {
    const wrong = await save({
      rule: "all",
      name: "all",
      when: "alert.severity_id >= HIHG",
      to: "board",
      rest: 'mute = "soon"',
      do: "preview",
    });
    expect(wrong.status).toBe(422);
    expect(wrong.text).toContain("did you mean HIGH?");
    expect(wrong.text).toMatch(/id="wrong-rest"[\s\S]*mute: /);
    expect(wrong.text).toContain("HIHG</textarea>");
    expect(wrong.text).toContain("mute = &quot;soon&quot;</textarea>");
    const unread = await save({ rule: "all", name: "all", to: "board", rest: "mute = ", do: "preview" });
    expect(unread.text).toContain("Line 1: this is not TOML: the value is missing.");
    expect(await text()).toBe(TEXT);
  });

  test("checks alone, changes, and adds", async () => {
    const fields = { rule: "all", name: "all of it", when: 'alert.title != "x"', to: "board", stop: "yes", rest: "" };
    expect((await save({ ...fields, do: "check" })).text).toContain("The condition is right.");
    expect((await save({ ...fields, do: "preview" })).text).toContain('name="apply" value="yes"');
    expect((await save({ ...fields, apply: "yes" })).status).toBe(303);
    expect(await text()).toBe(TEXT.replace('name = "all"\n', `name = "all of it"\nstop = true\nwhen = 'alert.title != "x"'\n`));
    await save({ name: "first", at: "0", to: "board", rest: "", apply: "yes" });
    expect((await text()).indexOf('"first"')).toBeLessThan((await text()).indexOf('"all of it"'));
    expect((await save({ name: "first", at: "0", to: "board", rest: "", do: "preview" })).text).toContain("is also the name of rule 1");
  });
});

describe("the text of the configuration", () => {
  const typed = async (of: (shown: string) => string, more: Fields = {}) => {
    const page = await request("/configuration/edit");
    expect(page.text).not.toContain(ID);
    const shown = TEXT.replace(ID, "(hidden: the id of prod)");
    expect(page.text).toContain("(hidden: the id of prod)");
    return request("/configuration/plan", { fields: { text: of(shown), state: await state(), ...more } });
  };

  test("is edited with its ids hidden", async () => {
    const planned = await typed((shown) => shown.replace("# ours", "# theirs"));
    expect(planned.status).toBe(200);
    expect(planned.text).not.toContain(ID);
    expect((await typed((shown) => shown.replace("# ours", "# theirs"), { apply: "yes" })).to).toContain("done=applied");
    expect(await text()).toBe(TEXT.replace("# ours", "# theirs"));
    expect((await hook(ID, { text: "still taken" })).status).toBe(202);
  });

  test("that is wrong is told with its line, and stays", async () => {
    const wrong = await typed((shown) => shown.replace('"inbox"', '"inbx"'), { apply: "yes" });
    expect(wrong.status).toBe(422);
    expect(wrong.text).toMatch(/Line 3, <code>destinations\.board\.type<\/code>/);
    expect(wrong.text).toContain("type = &quot;inbx&quot;");
    expect(await text()).toBe(TEXT);
  });

  test("shows its ids to whoever asks, which is audited", async () => {
    const shown = await request("/configuration/edit", {
      fields: { text: 'id = "(hidden: the id of prod)" # half', state: await state(), ids: "shown" },
    });
    expect(shown.text).toContain(`id = &quot;${ID}&quot; # half`);
    const { items } = await json<{ items: { action: string; target: string }[] }>(api("GET", "/audit"));
    expect(items[0]).toMatchObject({ action: "configuration.exported", target: "revision 1" });
  });

  test("differs between revisions line by line, and goes back", async () => {
    await apply(TEXT.replace("# ours", "# theirs").replace('["board"] #', '["board"]\nstop = true #'));
    const difference = await request("/configuration/difference?from=1&to=2");
    expect(difference.text).toContain("<code># theirs</code>");
    expect(difference.text).toContain("stop = true");
    expect(difference.text).not.toContain(ID);
    const before = await request("/configuration/revisions/1/rollback", { fields: {} });
    expect(before.text).toContain("Go back to revision 1?");
    const gone = await request("/configuration/revisions/1/rollback", { fields: { state: await state(), apply: "yes" } });
    expect(gone.to).toBe("/configuration?done=rolled_back&done_revision=3&done_to=1");
    expect(await text()).toBe(TEXT);
    expect((await request("/configuration/revisions/1/rollback", { fields: { state: "1.old", apply: "yes" } })).to).toContain(
      "changed_meanwhile",
    );
    expect((await request("/configuration/revisions/99/rollback", { fields: {} })).status).toBe(404);
  });

  test("is shown to those alone who may have it", async () => {
    const token = await tokenOf("a-reader", "read");
    const page = await request("/configuration", { token });
    expect(page.text).toContain("needs the role configure");
    expect(page.text).not.toContain("since spring");
    expect((await request("/configuration/edit", { token })).status).toBe(403);
    expect((await request("/configuration/difference?from=1&to=1", { token })).status).toBe(403);
  });
});

describe("a route's page", () => {
  test("has the address for whoever asks and may, which is audited and kept by no cache", async () => {
    for (const path of ["/routes", "/routes/prod", "/rules", "/configuration"]) expect((await request(path)).text).not.toContain(ID);
    const shown = await request("/routes/prod/address", { fields: {} });
    expect(shown.text).toContain(`/hooks/${ID}`);
    expect(shown.text).toContain("data-copy=");
    expect(shown.headers.get("cache-control")).toBe("no-store");
    const { items } = await json<{ items: { action: string; target: string }[] }>(api("GET", "/audit"));
    expect(items[0]).toMatchObject({ action: "routes.revealed", target: "prod" });
    const token = await tokenOf("an-operator", "operate");
    expect((await request("/routes/prod/address", { token, fields: {} })).status).toBe(403);
    expect((await request("/routes/prod", { token })).text).not.toContain("/routes/prod/address");
    expect((await request("/routes/nowhere")).status).toBe(404);
  });

  test("gives it a fresh address; the old one is taken until its time", async () => {
    const rotate = async (more: Fields = {}) =>
      request("/routes/prod/act", { fields: { act: "rotate", keep: "1d", state: await state(), ...more } });
    const planned = await rotate();
    expect(planned.text).toContain("the old address is accepted until");
    expect(planned.text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-/);
    expect((await rotate({ apply: "yes" })).to).toBe("/routes/prod?done=rotated&done_revision=2");
    expect((await request("/routes/prod")).text).toContain("still accepted");
    const [, fresh = ""] = /^id = "([-0-9a-f]{36})"/m.exec(await text()) ?? [];
    expect(fresh).not.toBe(ID);
    clock.skip(6_000);
    for (const id of [ID, fresh]) expect((await hook(id, { text: `by ${id === ID ? "the old" : "the fresh"} one` })).status).toBe(202);
  });

  test("switches it off and on", async () => {
    const press = async (act: string) =>
      request("/routes/prod/act", { fields: { act, state: await state(), apply: "yes", confirm: "lost" } });
    expect((await press("disable")).to).toBe("/routes/prod?done=applied&done_revision=2");
    expect(await text()).toContain("enabled = false");
    expect((await request("/routes/prod")).text).toContain("Enable the route");
    await press("enable");
    expect(await text()).toBe(TEXT);
  });
});

describe("a payload", () => {
  const payload = { text: "Disk full on db-1" };

  test("is tried without a trace of it", async () => {
    const tried = await json<{
      told: object[];
      alerts: { title: string }[];
      events: { trace: object[] }[];
      messages: { says: string[] }[];
    }>(api("POST", "/routes/prod/try", { body: { payload } }));
    expect(tried.told).toEqual([expect.objectContaining({ destination: "board", kind: "create", severity: "critical" })]);
    expect(tried.alerts[0]?.title).toBe("Disk full on db-1");
    expect(tried.events[0]?.trace).toContainEqual(
      expect.objectContaining({ decision: "matched", values: expect.objectContaining({ rule: "all" }) }),
    );
    expect(tried.messages[0]?.says.join(" ")).toContain("Disk full on db-1");
    expect((await json<{ items: { title: string }[] }>(api("GET", "/alerts?q=Disk"))).items).toEqual([]);
    const other = await json<{ told: object[] }>(
      api("POST", "/routes/prod/try", {
        body: { payload, config: TEXT.replace("[[routes.prod.rules]]", "[[routes.prod.rules]]\nenabled = false") },
      }),
    );
    expect(other.told).toEqual([]);
    expect((await api("POST", "/routes/nowhere/try", { body: { payload } })).status).toBe(404);
    expect((await api("POST", "/routes/prod/try", { body: { payload, config: "a = " } })).status).toBe(400);
    expect((await api("POST", "/routes/prod/try", { body: { payload: 5 } })).status).toBe(422);
  });

  test("is explained on its page, and what is none is told", async () => {
    const token = await tokenOf("another-reader", "read");
    const page = await request("/rules/try", { token, fields: { route: "prod", payload: JSON.stringify(payload) } });
    expect(page.text).toMatch(/<strong>board<\/strong>[\s\S]*at once/);
    const wrong = await request("/rules/try", { token, fields: { route: "prod", payload: "{" } });
    expect([wrong.status, wrong.text.includes("The payload is not JSON")]).toEqual([422, true]);
    expect((await request("/rules/try?alert=prod.000000000000000000000000")).text).toContain("No ledger knows this alert");
  });

  test("makes a marked test, which is no alert", async () => {
    const report = await json<{ alert: { key: string; title: string }; destinations: { destination: string; body: string }[] }>(
      api("POST", "/routes/prod/test?dry_run=true", { body: { payload } }),
    );
    expect(report.alert).toMatchObject({ key: expect.stringMatching(/^test:/), title: "Disk full on db-1" });
    expect(report.destinations).toEqual([expect.objectContaining({ destination: "board", body: expect.stringContaining("TEST") })]);
    expect((await api("POST", "/routes/prod/test", { body: { payload: 5 } })).status).toBe(422);
    expect((await json<{ items: { title: string }[] }>(api("GET", "/alerts?q=Disk"))).items).toEqual([]);
  });
});
