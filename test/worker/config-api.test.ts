// The configuration by the admin API: exported, planned, applied as revisions, brought back; and what is refused, with its place.
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import type { Change } from "../../src/config/changes.ts";
import { api, json, problemOf, tokenOf } from "./support/api.ts";
import { clock } from "./support/clock.ts";
import { hook } from "./support/relay.ts";

const ID = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";
const FORMER = "5ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";
const TEXT = `# ours
[destinations.board]
type = "inbox"

[routes.prod]
id = "${ID}"   # since spring
source = "text"
rules = [{ name = "all", to = ["board"] }]
`;
const OTHER = TEXT.replace('"board"] }]', '"board"], when = "alert.severity_id >= HIGH" }]');

interface Plan {
  revision: number;
  state: string;
  changes: Change[];
  drift: Change[];
  warnings: object[];
  same: boolean;
}
interface Applied {
  applied: boolean;
  revision: number;
  state: string;
  changes: Change[];
}
interface Told {
  errors: { key: string; line: number; column: number; message: string }[];
  detail: string;
}

const exported = async () => {
  const answer = await api("GET", "/config");
  return { status: answer.status, text: await answer.text(), etag: answer.headers.get("etag") ?? "", headers: answer.headers };
};
const put = (text: string, etag?: string, query = "") =>
  api("PUT", `/config${query}`, { body: text, headers: etag === undefined ? {} : { "if-match": etag } });
const applied = async (text: string): Promise<Applied> => json(put(text, (await exported()).etag));
const plan = (text: string): Promise<Plan> => json(put(text, undefined, "?dry_run=true"));
const byHand = (sql: string) => env.DB.prepare(sql).run();
const toldOf = async (answer: Response, status: number): Promise<Told> => {
  const body = await answer.text();
  expect(answer.status, body).toBe(status);
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
  return JSON.parse(body);
};

beforeEach(async () => {
  // A minute later whoever called too often may call again.
  clock.skip(60_000);
  await env.DB.batch(
    ["routes", "destinations", "enrichers", "relay", "revisions", "audit"].map((table) => env.DB.prepare(`DELETE FROM ${table}`)),
  );
});

describe("the configuration as a file", () => {
  test("is the file that was applied, with its comments, its state and its revision", async () => {
    expect(await applied(TEXT)).toMatchObject({ applied: true, revision: 1, changes: [{ kind: "destination" }, { kind: "route" }] });
    const { text, etag, headers } = await exported();
    expect(text).toBe(TEXT);
    expect(headers.get("content-type")).toBe("application/toml; charset=utf-8");
    expect(headers.get("tocsin-revision")).toBe("1");
    const again = await api("GET", "/config", { headers: { "if-none-match": etag } });
    expect([again.status, await again.text(), again.headers.get("etag")]).toEqual([304, "", etag]);
    await byHand("UPDATE routes SET enabled = 0");
    expect((await api("GET", "/config", { headers: { "if-none-match": etag } })).status).toBe(200);
  });

  test("applied again, changes nothing and is no revision", async () => {
    await applied(TEXT);
    await byHand("INSERT INTO destinations (name, type, settings) VALUES ('more', 'inbox', '{\"priority\": 7}')");
    const before = await exported();
    expect(before.text).toContain('[destinations.more]\ntype = "inbox"\npriority = 7');
    const { changes, revision } = await applied(before.text);
    expect([changes, revision]).toEqual([[], 2]);
    expect(await exported()).toMatchObject({ text: before.text });
    const version = await env.DB.prepare("SELECT version FROM config_version").first("version");
    expect(await applied(before.text)).toMatchObject({ applied: false, revision: 2, changes: [] });
    expect(await env.DB.prepare("SELECT version FROM config_version").first("version")).toBe(version);
  });

  test("has no plain secret", async () => {
    const plain = `${TEXT}\n[destinations.hook]\ntype = "webhook"\nurl = "http://127.0.0.1:9/plain-secret"\n`;
    await applied(plain);
    const { text } = await exported();
    expect(text).not.toContain("plain-secret");
    expect(text).toContain('url = "secret:DESTINATION_HOOK_URL"');
    const shown = await (await api("GET", "/config/revisions/1")).text();
    expect(shown).toBe(plain.replace("http://127.0.0.1:9/plain-secret", "***"));
    expect(JSON.stringify(await plan(TEXT.replace("prod", "x")))).not.toMatch(new RegExp(`plain-secret|${ID}`));
  });
});

describe("a plan", () => {
  test("tells what changes, what was changed by hand and which secrets are not set, and changes nothing", async () => {
    await applied(TEXT);
    await byHand("UPDATE routes SET settings = '{\"shards\":2}' WHERE name = 'prod'");
    const found = await plan(`${OTHER}[destinations.hook]\ntype = "webhook"\nurl = "secret:NOT_SET"\n`);
    expect(found).toEqual({
      revision: 1,
      state: expect.stringMatching(/^1\.[0-9a-z]+$/),
      same: false,
      changes: [
        {
          kind: "destination",
          name: "hook",
          change: "added",
          keys: [
            { key: "type", after: "webhook" },
            { key: "url", after: "secret:NOT_SET" },
          ],
        },
        {
          kind: "route",
          name: "prod",
          change: "changed",
          keys: [
            { key: 'rules["all"].when', after: "alert.severity_id >= HIGH" },
            { key: "shards", before: 2 },
          ],
        },
      ],
      drift: [{ kind: "route", name: "prod", change: "changed", keys: [{ key: "shards", after: 2 }] }],
      warnings: [
        {
          key: "destinations.hook.url",
          line: 11,
          column: 1,
          message: "the secret NOT_SET is not set; put NOT_SET=... into the secrets file",
        },
      ],
    });
    expect((await json<{ items: unknown[] }>(api("GET", "/config/revisions"))).items).toHaveLength(1);
  });
});

describe("applying", () => {
  test("needs the ETag of what it replaces", async () => {
    await problemOf(await put(TEXT), 412);
    await problemOf(await put(TEXT, '"0.0"'), 412);
    const { etag } = await exported();
    await json(put(TEXT, etag));
    // Somebody applied.
    const refused = await put(OTHER, etag);
    expect(refused.headers.get("etag")).toBe((await exported()).etag);
    expect((await problemOf(refused, 412)).detail).toContain("changed");
    // Somebody wrote a row.
    const seen = (await exported()).etag;
    await byHand("UPDATE routes SET enabled = 0");
    await problemOf(await put(OTHER, seen), 412);
    // A text alone is another state too.
    await applied(`${TEXT}# more`);
    const before = (await exported()).etag;
    await applied(`${TEXT}# and more`);
    await problemOf(await put(OTHER, before), 412);
    expect((await json<Applied>(put(OTHER, "*"))).applied).toBe(true);
  });

  test("at the same moment, one of many is done, and the others are told", async () => {
    const { etag } = await exported();
    const answers = await Promise.all(Array.from({ length: 6 }, (_, index) => put(`${TEXT}# ${index}`, etag)));
    const done = answers.filter(({ status }) => status === 200);
    expect(done).toHaveLength(1);
    for (const answer of answers.filter((one) => !done.includes(one))) await problemOf(answer, 412);
    const rows = await env.DB.prepare("SELECT revision FROM revisions").all();
    expect(rows.results).toEqual([{ revision: 1 }]);
  });

  test("is in the audit log and in the list of revisions, with who did it", async () => {
    const token = await tokenOf(`writer-${Date.now()}`, "configure");
    await json(api("PUT", "/config?origin=file", { body: TEXT, token, headers: { "if-match": "*" } }));
    await applied(OTHER);
    const { items } = await json<{ items: Record<string, unknown>[]; next: string }>(api("GET", "/config/revisions?limit=1"));
    expect(items).toMatchObject([{ revision: 2, origin: "edit", author: "admin", current: true }]);
    const page = await json<{ next: string }>(api("GET", "/config/revisions?limit=1"));
    const older = await json<{ items: object[]; next: null }>(api("GET", `/config/revisions?cursor=${page.next}`));
    expect(older).toMatchObject({
      items: [{ revision: 1, origin: "file", author: expect.stringContaining("writer-"), current: false }],
      next: null,
    });
    expect(JSON.stringify(older)).not.toContain(ID);
    const audit = await json<{ items: Record<string, unknown>[] }>(api("GET", "/audit?action=configuration.applied"));
    expect(audit.items.map(({ target, detail }) => [target, detail])).toContainEqual([
      "revision 2",
      { revision: 2, origin: "edit", added: 0, changed: 1, removed: 0 },
    ]);
  });

  test("takes a file of up to 1 MiB", async () => {
    const fill = (bytes: number) => `${TEXT}# ${"x".repeat(bytes - TEXT.length - 2)}`;
    expect(await applied(fill(1_048_576))).toMatchObject({ applied: true });
    expect((await exported()).text).toHaveLength(1_048_576);
    await problemOf(await put(fill(1_048_577), "*"), 413);
  });

  test("is refused with every error and its place", async () => {
    const text = TEXT.replace('"text"', '"txt"').replace("[routes.prod]", "[routes.prod]\nshards = 99");
    for (const query of ["", "?dry_run=true"]) {
      const told = await toldOf(await put(text, "*", query), 422);
      expect(told.errors).toEqual([
        { key: "routes.prod.shards", line: 6, column: 1, message: "must be at most 64" },
        { key: "routes.prod.source", line: 8, column: 1, message: expect.stringContaining('did you mean "text"?') },
      ]);
      expect(told.detail).toContain("line 6: routes.prod.shards: must be at most 64 (and 1 more)");
    }
    const broken = await toldOf(await put("[relay]\nurl =\n", "*"), 400);
    expect(broken.errors).toEqual([{ key: "", line: 2, column: 6, message: "this is not TOML: the value is missing" }]);
    await problemOf(await put(" \n", "*"), 422);
    await problemOf(await put(`a = ${"[".repeat(20_000)}${"]".repeat(20_000)}`, "*").then(withoutErrors), 400);
    expect((await env.DB.prepare("SELECT * FROM revisions").all()).results).toEqual([]);
  });

  test("is for the role configure alone; so is the file, which has the routes' ids", async () => {
    const token = await tokenOf(`looker-${Date.now()}`, "operate");
    for (const [method, path] of [
      ["GET", "/config"],
      ["PUT", "/config"],
      ["PUT", "/config?dry_run=true"],
      ["GET", "/config/revisions/1"],
      ["POST", "/config/revisions/1/rollback"],
    ] as const)
      await problemOf(await api(method, path, { token, body: method === "PUT" ? TEXT : undefined }), 403);
    for (const path of ["/config/revisions", "/config/schema"]) expect((await api("GET", path, { token })).status).toBe(200);
  });
});

/** A problem without what only some have. */
async function withoutErrors(answer: Response): Promise<Response> {
  const { errors: _, ...body } = (await answer.json()) as Record<string, unknown>;
  return new Response(JSON.stringify(body), answer);
}

describe("a rollback", () => {
  const back = (revision: number | string, query = "", headers = {}) =>
    api("POST", `/config/revisions/${revision}/rollback${query}`, { headers });

  test("applies an earlier text as a new revision", async () => {
    await applied(TEXT);
    await applied(OTHER);
    const planned = await json<Plan>(back(1, "?dry_run=true"));
    expect(planned.changes).toMatchObject([{ name: "prod", keys: [{ key: 'rules["all"].when', before: "alert.severity_id >= HIGH" }] }]);
    expect(await json<Applied>(back(1))).toMatchObject({ applied: true, revision: 3, changes: planned.changes });
    expect((await exported()).text).toBe(TEXT);
    expect((await json<{ items: object[] }>(api("GET", "/config/revisions"))).items[0]).toMatchObject({ revision: 3, origin: "rollback" });
    expect(await json<Applied>(back(3))).toMatchObject({ applied: false, revision: 3 });
    const audit = await json<{ items: object[] }>(api("GET", "/audit?action=configuration.rolled_back"));
    expect(audit.items).toMatchObject([{ target: "revision 3", detail: { back_to: 1, changed: 1 } }]);
  });

  test("at the same moment, each that is done is a revision of its own, and the others are told", async () => {
    await applied(TEXT);
    await applied(OTHER);
    const answers = await Promise.all([1, 2, 1, 2].map((revision) => back(revision)));
    for (const answer of answers.filter(({ status }) => status !== 200)) await problemOf(answer, 409);
    const done = await Promise.all(answers.filter(({ status }) => status === 200).map((answer) => answer.json() as Promise<Applied>));
    const made = done.filter((one) => one.applied).map(({ revision }) => revision);
    expect(made.length).toBeGreaterThan(0);
    expect(new Set(made).size).toBe(made.length);
    expect((await env.DB.prepare("SELECT revision FROM revisions").all()).results).toHaveLength(2 + made.length);
  });

  test("is refused for a revision that is not there, another state, and a text that is no longer valid", async () => {
    await applied(TEXT);
    for (const revision of [2, 0, "x", "1e0", "99999999999999999"]) await problemOf(await back(revision), 404);
    await problemOf(await back(1, "", { "if-match": '"0.0"' }), 412);
    await byHand("UPDATE revisions SET source = replace(source, 'text', 'gone')");
    const told = await toldOf(await back(1), 422);
    expect(told.errors).toMatchObject([{ key: "routes.prod.source", line: 7 }]);
    expect(told.detail).toContain("The text of revision 1 is not valid any more: line 7");
  });
});

describe("the schema", () => {
  test("is JSON schema", async () => {
    const answer = await api("GET", "/config/schema");
    expect(answer.headers.get("content-type")).toBe("application/schema+json");
    expect(await answer.json()).toMatchObject({ $schema: "http://json-schema.org/draft-07/schema#", title: "Tocsin configuration" });
  });
});

describe("a former id", () => {
  test("is accepted until its time, and shown with it, but never itself", async () => {
    const until = new Date(Date.now() + 3_600_000);
    await applied(
      TEXT.replace('source = "text"', `source = "text"\nformer_ids = [{ id = "${FORMER.toUpperCase()}", until = ${until.toISOString()} }]`),
    );
    clock.skip(3_000);
    const post = async (id: string) => (await hook(id, { text: "Disk full on db-2" })).status;
    expect([await post(ID), await post(FORMER), await post(FORMER.toUpperCase())]).toEqual([202, 202, 202]);
    const routes = await json<{ items: object[] }>(api("GET", "/routes?reveal=true"));
    expect(routes.items).toMatchObject([{ name: "prod", id: ID, former: [{ until: until.toISOString() }] }]);
    expect(JSON.stringify(routes)).not.toContain(FORMER);
    clock.skip(3_600_000);
    expect([await post(ID), await post(FORMER)]).toEqual([202, 404]);
  });
});
