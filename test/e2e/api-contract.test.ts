// The API keeps what its description says: every operation is called for every documented answer that can be brought about,
// and each body fits its schema. An answer that is not documented fails the test, and so does one that nobody brought about.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createdFlattened, incident } from "../../demo/sekoia-samples.ts";
import { endpoints } from "../../src/admin/endpoints/all.ts";
import { WRONG_TOKENS } from "../../src/admin/sign-in.ts";
import { type Ask, Contract, type Operation, type Told } from "../support/contract.ts";
import { type Stack, startStack } from "../support/stack.ts";

const ROUTE = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";
const ADMIN = "test-admin-token";
let stack: Stack;
let contract: Contract;
const tokens: Record<string, string> = {};

/** Answers that this test cannot bring about, and why. */
const BEYOND: [answer: RegExp, why: string][] = [
  [/^makeSilence 409$/, "there are too many; test/worker/silences.test.ts makes as many"],
  [/ 500$/, "a bug; test/worker/api.test.ts makes one"],
  [/ 503$/, "D1 is away; test/worker/api.test.ts takes it away"],
  [/^rollBack 409$/, "two at the very same moment; the tests of the configuration do it"],
  [/^(readRevision|rollBack) 422$/, "a text of a version whose adapters are gone"],
];

const ask = (id: string, more: Ask = {}): Promise<Told> => contract.ask(id, { token: ADMIN, ...more });
/** Calls an operation that has to answer so; answers the body. */
async function told<Body>(id: string, status: number, more: Ask = {}): Promise<Body> {
  const answer = await ask(id, more);
  expect(answer.status, `${id}: ${JSON.stringify(answer.body)}`).toBe(status);
  return answer.body as Body;
}

beforeAll(async () => {
  stack = await startStack({
    secrets: ({ chats }) => ({ SOC: chats.slack("soc").url, HOOK_KEY: "canary-hook-key", VT: "canary-virustotal" }),
    config: ({ chats }) => ({
      relay: { url: "https://relay.example.com", access: '{"configure":["lead@example.com"]}' },
      enrichers: { virustotal: { token: "secret:VT" } },
      destinations: {
        soc: {
          type: "slack",
          url: "secret:SOC",
          rate: "100/s",
          failover: { to: "box", failures: 5, after: "1h" },
          ping: { critical: "@here" },
        },
        war: {
          type: "discord",
          url: chats.discord("war").url,
          rate: "100/s",
          template: { title: "{{ alert.title }}", fields: { Host: "x" } },
        },
        box: { type: "inbox" },
        lost: { type: "webhook", url: "secret:NOT_SET_ANYWHERE" },
        broken: { type: "slack" },
      },
      routes: {
        prod: {
          id: ROUTE,
          source: "sekoia",
          auth: { type: "header", name: "x-key", value: "secret:HOOK_KEY" },
          rules: [
            { name: "high", when: "alert.severity_id >= MEDIUM", to: ["soc", "box"], detail: "full", ping: { high: "@here" } },
            { name: "by severity", to: { critical: ["war"], default: ["lost"] } },
          ],
        },
        off: { id: ROUTE.replace("4ad4", "5ad4"), source: "ntopng", enabled: false },
        wrong: { id: ROUTE.replace("4ad4", "6ad4"), source: "sekoia", no_such_key: true },
      },
    }),
  });
  const description = await (await stack.call("/api/openapi.json")).json();
  contract = new Contract(description, (path, init) => fetch(`${stack.relay.url}${path}`, init));
  for (const [name, role] of [
    ["read", "read"],
    ["gone", "read"],
    ["operate", "operate"],
  ] as const) {
    const { token } = await told<{ token: string }>("makeToken", 201, { body: { name, role, expires: "1d" } });
    tokens[name] = token;
  }
  const post = (number: number, key = "canary-hook-key") =>
    stack.hook(ROUTE, createdFlattened(incident(number, "contract")), { "x-key": key });
  for (let number = 0; number < 4; number += 1) expect((await post(number)).status).toBe(202);
  expect((await post(9, "canary-wrong")).status).toBe(401);
  await stack.settled();
});
afterAll(() => stack?.stop());

const everyOperation = () => contract.operations;
const declared = ({ method, path }: Operation) => {
  const found = endpoints.find((one) => one.method === method && `/api${one.path.replace(/:(\w+)/g, "{$1}")}` === path);
  if (!found) throw new Error(`${method} ${path} is not declared`);
  return found;
};

describe("alerts and deliveries", () => {
  let alert = "";

  test("search, story, our own status", async () => {
    const { items } = await told<{ items: { id: string }[] }>("searchAlerts", 200, { query: "limit=200" });
    expect(items).toHaveLength(4);
    alert = items[0]?.id ?? "";
    const { events } = await told<{ events: object[] }>("getAlert", 200, { path: { id: alert }, query: "payloads=true" });
    expect(events[0]).toHaveProperty("payload");
    await told("getAlert", 200, { path: { id: alert } });
    await told("getAlert", 404);
    await told("getMessages", 200, { path: { id: alert } });
    await told("getMessages", 404);
    await told("setStatus", 200, { path: { id: alert }, body: { status: "in_progress", comment: "A drill" } });
    await told("setStatus", 404, { body: { status: "resolved" } });
    await stack.settled();
  });

  test("deliveries in every state, and sending dead ones again", async () => {
    const { items } = await told<{ items: { id: string; state: string }[] }>("listDeliveries", 200);
    const of = (state: string) => items.find((one) => one.state === state)?.id ?? "";
    expect(await told("countDead", 200)).toMatchObject({ items: [{ destination: "lost" }] });
    await told("getDelivery", 200, { path: { id: of("dead") } });
    await told("getDelivery", 404);
    await told("replayDelivery", 200, { path: { id: of("dead") } });
    await told("replayDelivery", 409, { path: { id: of("delivered") } });
    await told("replayDelivery", 404);
    await stack.settled();
    const { replayed, more } = await told<{ replayed: number; more: boolean }>("replayDeliveries", 200, { body: { destination: "lost" } });
    expect(replayed).toBeGreaterThan(0);
    expect(more).toBe(false);
    await stack.settled();
    expect(await told("replayDeliveries", 200, { body: { destination: "war" } })).toEqual({ replayed: 0, more: false });
  });
});

describe("what the relay is and how it does", () => {
  test.each([
    "getBooks",
    "getSeries",
    "getSettings",
    "getUsage",
    "readLog",
    "countRefused",
    "listRoutes",
    "listDestinations",
    "listEnrichers",
    "listInbox",
    "getHealth",
    "examine",
  ])("%s", async (id) => {
    const body = await told<{ items?: unknown[] }>(id, 200);
    if (body.items) expect(body.items).not.toEqual([]);
  });

  test("routes with their ids, and after a sweep the same", async () => {
    expect(JSON.stringify(await told("listRoutes", 200, { query: "reveal=true" }))).toContain(ROUTE);
    await stack.relay.scheduled();
    for (const id of ["getHealth", "listRoutes", "listDestinations", "getBooks"]) await told(id, 200);
  });

  test("tests of routes and destinations, dry and for real; the real ones are remembered", async () => {
    for (const query of ["dry_run=true", ""]) {
      await told("testRoute", 200, { path: { name: "prod" }, query, body: { severity: "critical" } });
      for (const name of ["soc", "box", "lost"]) await told("testDestination", 200, { path: { name }, query });
    }
    await told("testRoute", 404);
    const payload = createdFlattened(incident(77, "contract"));
    await told("tryPayload", 200, { path: { name: "prod" }, body: { payload } });
    await told("tryPayload", 404, { body: { payload } });
    await told("tryPayload", 422, { path: { name: "prod" }, body: { payload: 1 } });
    await told("testDestination", 404);
    for (const name of ["soc", "war", "box", "lost"]) await told("previewDestination", 200, { path: { name } });
    await told("previewDestination", 404);
    const { items } = await told<{ items: { action: string; target: string }[] }>("readAudit", 200, {
      query: "action=route.tested,destination.tested",
    });
    expect(items.map(({ action, target }) => `${action} ${target}`)).toEqual([
      "destination.tested lost",
      "destination.tested box",
      "destination.tested soc",
      "route.tested prod",
    ]);
  });
});

describe("who may come in, and who changed what", () => {
  test("tokens", async () => {
    expect((await told<{ items: unknown[] }>("listTokens", 200)).items).toHaveLength(Object.keys(tokens).length);
    await told("makeToken", 409, { body: { name: "gone", role: "read" } });
    await told("removeToken", 204, { path: { name: "gone" } });
    await told("removeToken", 404, { path: { name: "gone" } });
    await told("getBooks", 401, { token: tokens.gone });
  });

  test("the audit log as pages and as a file", async () => {
    await told("readAudit", 200);
    expect(await told("readAudit", 200, { query: "format=csv" })).toContain("token.removed,gone");
  });

  test("the description", async () => {
    const { headers } = await ask("describe");
    await told("describe", 304, { headers: { "if-none-match": headers.get("etag") ?? "" } });
  });
});

describe("silences", () => {
  test("made, listed with what they hid, ended", async () => {
    const wanted = { when: 'alert.category == "backup"', until: "2h", owner: "ana", comment: "the weekly backup" };
    const recur = { zone: "Europe/Paris", days: ["sun"], from: "02:00", to: "04:00", holidays: ["2026-12-25"] };
    expect(await told("trySilence", 200, { body: { ...wanted, when: "true" } })).toMatchObject({ more: false, failed: 0 });
    const { id } = await told<{ id: string }>("makeSilence", 201, { body: wanted });
    await told("getSilence", 200, { path: { id } });
    await told("getSilence", 404);
    await told("makeSilence", 201, { body: { ...wanted, from: "1h", recur, ceiling: "medium", routes: ["prod"] } });
    expect((await told<{ items: unknown[] }>("listSilences", 200)).items).toHaveLength(2);
    await told("endSilence", 204, { path: { id } });
    await told("endSilence", 404);
    expect((await told<{ items: unknown[] }>("listSilences", 200, { query: "state=ended" })).items).toMatchObject([{ id, state: "ended" }]);
  });
});

describe("configuration", () => {
  test("out, in, planned and back", async () => {
    const read = await ask("exportConfiguration");
    const etag = read.headers.get("etag") ?? "";
    await told("exportConfiguration", 304, { headers: { "if-none-match": etag } });
    // What was broken by hand cannot be applied: as a person would, the file is repaired first.
    const file = String(read.body)
      .replace(/\[destinations\.broken\][^[]*/, "")
      .replace(/\[routes\.wrong\][^[]*/, "");
    await told("applyConfiguration", 200, { body: file, query: "dry_run=true" });
    await told("applyConfiguration", 412, { body: file });
    await told("applyConfiguration", 412, { body: file, headers: { "if-match": '"older"' } });
    const applied = await ask("applyConfiguration", { body: file, headers: { "if-match": etag } });
    expect(applied.status, JSON.stringify(applied.body)).toBe(200);
    const schema = await ask("configurationSchema");
    await told("configurationSchema", 304, { headers: { "if-none-match": schema.headers.get("etag") ?? "" } });
    const { items } = await told<{ items: { revision: number }[] }>("listRevisions", 200);
    const revision = String(items[0]?.revision);
    await told("readRevision", 200, { path: { revision } });
    await told("readRevision", 404);
    await told("rollBack", 200, { path: { revision }, query: "dry_run=true" });
    await told("rollBack", 200, { path: { revision } });
    await told("rollBack", 404);
    await told("rollBack", 412, { path: { revision }, headers: { "if-match": '"older"' } });
  });
});

describe("rules tried on what was stored", () => {
  const BOX = '[destinations.box]\ntype = "inbox"\n';

  test("an alert explained by the rules in effect and by others", async () => {
    const { items } = await told<{ items: { id: string }[] }>("searchAlerts", 200);
    const alert = items[0]?.id;
    expect(await told("explain", 200, { body: { alert } })).toMatchObject({ against: "present" });
    expect(await told("explain", 200, { body: { alert, config: BOX } })).toMatchObject({ against: "config", route_known: false });
    expect(await told("explain", 200, { body: { alert }, token: tokens.read })).toMatchObject({ against: "present" });
    await told("explain", 404, { body: { alert: "prod.000000000000000000000000" } });
    await told("explain", 400, { body: { alert, config: "[" } });
    await told("explain", 422, { body: { alert, config: "nonsense = 1" } });
  });

  test("stored alerts through others, page by page", async () => {
    const page = await told<{ alerts: number; next: string | null }>("backtest", 200, { body: { config: BOX, limit: 1 } });
    expect(page).toMatchObject({ alerts: 1, next: expect.stringMatching(/^ledger:prod:0 /) });
    await told("backtest", 200, { body: { config: BOX, days: 400, cursor: page.next } });
    await told("backtest", 422, { body: { config: BOX, cursor: "elsewhere" } });
    await told("backtest", 403, { body: { config: BOX }, token: tokens.operate });
  });
});

describe("erasing", () => {
  test("an alert, and what mentions a value", async () => {
    const { items } = await told<{ items: { id: string }[] }>("searchAlerts", 200);
    const alert = items[0]?.id;
    await told("erase", 200, { body: { alert }, query: "dry_run=true" });
    await told("erase", 200, { body: { alert } });
    await told("erase", 404, { body: { alert } });
    await told("erase", 200, { body: { observable: { value: "nobody@example.com" } } });
  });
});

describe("backup and repair", () => {
  test("the projection, whole and by pages", async () => {
    await told("rebuildProjection", 200);
    const { objects } = await told<{ objects: string[] }>("listProjectedObjects", 200);
    for (const object of objects) await told("rebuildProjection", 200, { body: { object, limit: 1 }, token: tokens.operate });
    // That of a removed route, after D1 was lost: whoever may add a route of that name may name it.
    const body = { object: "ledger:long-gone:0" };
    await told("rebuildProjection", 404, { body, token: tokens.operate });
    expect(await told("rebuildProjection", 200, { body })).toEqual({ ...body, written: 0, next: null });
    expect((await told<{ objects: string[] }>("listProjectedObjects", 200)).objects).not.toContain(body.object);
  });

  test("every row out, and in again where there is nothing", async () => {
    const { objects } = await told<{ objects: string[] }>("listBackup", 200);
    for (const object of objects) await told("readBackup", 200, { path: { object } });
    await told("readBackup", 404);
    const page = await told<{ rows: unknown[] }>("readBackup", 200, { path: { object: "ledger:prod:0" } });
    const digest = "0".repeat(64);
    await told("restoreObject", 200, { path: { object: "ledger:new:0" }, body: { step: "stage", digest, rows: page.rows } });
    await told("restoreObject", 200, { path: { object: "ledger:new:0" }, body: { step: "discard" } });
    await told("restoreObject", 409, { path: { object: "ledger:prod:0" }, body: { step: "stage", digest, rows: page.rows } });
    await told("restoreObject", 404, { body: { step: "discard" } });
  });
});

describe("every operation", () => {
  test("refuses nobody, parameters that there are not, and roles that are not enough", async () => {
    for (const operation of everyOperation()) {
      const { role } = declared(operation);
      expect((await ask(operation.id, { token: null })).status, operation.id).toBe(401);
      expect((await ask(operation.id, { query: "no_such_parameter=1", body: operation.takes && "{}" })).status, operation.id).toBe(400);
      const read = await ask(operation.id, { token: tokens.read, query: "no_such_parameter=1" });
      expect(read.status, operation.id).toBe(role === "read" ? 400 : 403);
    }
  });

  test("refuses a body that is too large, or of another shape", async () => {
    for (const operation of everyOperation().filter(({ takes }) => takes)) {
      const { mostBytes } = declared(operation);
      expect((await ask(operation.id, { body: " ".repeat(mostBytes + 1) })).status, operation.id).toBe(413);
      const wrong = operation.takes === "application/json" ? { no_such_member: 1 } : "no_such_table = 1\n";
      // As one who may replace what is there, so that nothing but the body is wrong.
      expect((await ask(operation.id, { body: wrong, headers: { "if-match": "*" } })).status, operation.id).toBe(422);
    }
  });

  test("refuses an address that sent wrong tokens, for a while", async () => {
    const headers = { "cf-connecting-ip": "192.0.2.1" };
    for (const { id } of everyOperation()) {
      // One try more is allowed in ten seconds: it may come between the two.
      await expect
        .poll(async () => {
          for (let tries = 0; tries <= WRONG_TOKENS; tries += 1) if ((await ask(id, { token: "wrong", headers })).status === 429) break;
          return (await ask(id, { headers })).status;
        })
        .toBe(429);
    }
  });

  test("was seen to give each answer that it documents", () => {
    const unseen = contract.unseen().filter((answer) => !BEYOND.some(([known]) => known.test(answer)));
    // Whom Access lets in may have no role even for looking; test/worker/api.test.ts shows it. Here nobody comes by Access.
    const looks = new Set(everyOperation().flatMap((operation) => (declared(operation).role === "read" ? [`${operation.id} 403`] : [])));
    expect(unseen.filter((answer) => !looks.has(answer))).toEqual([]);
  });
});
