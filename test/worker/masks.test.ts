// Field masks over the whole relay: what a mask names comes in, by the hook and by the source's API, and is then looked for in every
// row, every message, every line of the log and every answer.
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { createdThin, incident } from "../../demo/sekoia-samples.ts";
import { installNet, net } from "./support/net.ts";
import { call, configure, type HookAnswer, hook, ledgerOf, settled, WAIT } from "./support/relay.ts";
import { everyRow } from "./support/rows.ts";
import { setSecret } from "./support/secrets.ts";

installNet();

const ROUTE = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9d01";
const PLAIN = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9d02";
const API = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9d03";
const CANARY = "canary-7f3a9c@example.com";
const MAPPING = {
  title: "title",
  summary: "note",
  severity: "severity",
  key: "user.mail",
  id: "id",
  observables: ["user.mail"],
  assets: ["host"],
};
const lines: string[] = [];
const answers: string[] = [];
let number = 0;
const body = (more: object = {}) => ({
  id: ++number,
  title: `Login of ${CANARY}`,
  note: `seen ${CANARY.toUpperCase()} twice`,
  severity: "high",
  host: "db-1",
  user: { mail: CANARY, name: "Ana" },
  raw: JSON.stringify({ actor: { mail: CANARY } }),
  ...more,
});
const post = async (id: string, sent: unknown): Promise<HookAnswer> => {
  const answer = await hook(id, sent);
  answers.push(await answer.clone().text());
  return answer.json();
};
const storyOf = async (id: string | null | undefined) =>
  (await call(`/api/alerts/${id}?payloads=true`, { headers: { authorization: `Bearer ${env.ADMIN_TOKEN}` } })).json();

beforeAll(async () => {
  for (const level of ["log", "warn", "error"] as const)
    vi.spyOn(console, level).mockImplementation((...parts: unknown[]) => {
      lines.push(parts.map(String).join(" "));
    });
  setSecret("MASK_KEY", "key-of-the-masks");
  await env.DB.prepare("INSERT INTO relay VALUES ('mask_key', 'secret:MASK_KEY')").run();
  const mask = ["**.mail", "user.name"];
  await configure({
    destinations: { box: { type: "inbox" }, hook: { type: "webhook", url: "https://hook.example/in", rate: "1000/s" } },
    routes: {
      hashed: { id: ROUTE, source: "generic", mapping: MAPPING, mask: [{ path: "**.mail", as: "hash" }], rules: [{ to: ["box", "hook"] }] },
      masked: { id: PLAIN, source: "generic", mapping: { ...MAPPING, key: "id" }, mask, rules: [{ to: ["box", "hook"] }] },
      detailed: {
        id: API,
        source: "sekoia",
        api: "https://api.example",
        token: "token",
        mask: ["details", "assets[].name"],
        rules: [{ to: ["box", "hook"] }],
      },
    },
  });
});

describe("what a mask names", () => {
  test("becomes one name for one value, by which alerts still find each other", async () => {
    net.answer("hook.example", () => new Response("ok"));
    const first = await post(ROUTE, body());
    const second = await post(ROUTE, body());
    expect(second.results[0]?.alert).toBe(first.results[0]?.alert);
    const other = await post(ROUTE, body({ user: { mail: "someone.else@example.com" }, title: "Other", note: "", raw: "" }));
    expect(other.results[0]?.alert).not.toBe(first.results[0]?.alert);
    await settled("hashed", "box", "hook");
    const story = await storyOf(first.results[0]?.alert);
    const name = Object(story).alert.observables[0].value;
    expect(name).toMatch(/^masked-[0-9a-f]{16}$/);
    expect(story).toMatchObject({
      alert: { title: `Login of ${name}`, summary: `seen ${name} twice`, count: 2 },
      events: [{ payload: { user: { mail: name, name: "Ana" }, raw: `{"actor":{"mail":"${name}"}}` } }, {}],
    });
  });

  test("is replaced for good elsewhere, and two events that differ in it alone are still two", async () => {
    net.answer("hook.example", () => new Response("ok"));
    const one = body({ id: undefined, title: "Login", note: "" });
    const two = { ...one, user: { mail: "someone.else@example.com", name: "Ben" }, raw: "" };
    expect(await post(PLAIN, one)).toMatchObject({ accepted: 1 });
    expect(await post(PLAIN, one)).toMatchObject({ duplicate: 1 });
    expect(await post(PLAIN, two)).toMatchObject({ accepted: 1 });
    await settled("masked", "box", "hook");
    expect(net.callsTo("hook.example").some(({ body: sent }) => sent.includes("[masked]"))).toBe(true);
  });

  test("is taken out of what the source's API answers as well", async () => {
    net.answer("hook.example", () => new Response("ok"));
    const { alert } = incident(1, "masks");
    net.answer("api.example", () => Response.json({ ...alert, details: CANARY, title: `Case of ${CANARY}`, short_id: "AL-MASKED" }));
    const answer = await post(API, createdThin(incident(1, "masks")));
    await settled("detailed", "box", "hook");
    await vi.waitFor(async () => expect(await storyOf(answer.results[0]?.alert)).toMatchObject({ alert: { enriched: true } }), WAIT);
    expect(JSON.stringify(await storyOf(answer.results[0]?.alert))).toContain("[masked]");
  });

  test("is not kept of a body that is refused, nor of an entry that is not understood", async () => {
    for (const refused of [JSON.stringify({ nothing: CANARY }), `{"user":{"mail":"${CANARY}"`, JSON.stringify([CANARY])])
      answers.push(await (await hook(PLAIN, refused)).text());
    expect((await ledgerOf("masked").log({ limit: 10, outcomes: ["refused"] })).length).toBe(3);
  });

  test("is in no row, no message, no line of the log and no answer", async () => {
    const messages = net.calls.map(({ body: sent }) => sent);
    const rows = await everyRow();
    for (const [what, texts] of Object.entries({ rows, messages, lines, answers })) {
      expect(
        texts.filter((text) => /canary-7f3a9c|someone\.else@/i.test(text)).map((text) => text.slice(0, 200)),
        what,
      ).toEqual([]);
    }
    expect(rows.length).toBeGreaterThan(10);
  });

  test("is masked without a name, and told in the log, while the key is not set; the alert goes out all the same", async () => {
    net.answer("hook.example", () => new Response("ok"));
    setSecret("MASK_KEY", undefined);
    const answer = await post(ROUTE, body());
    await settled("hashed", "box", "hook");
    expect(await storyOf(answer.results[0]?.alert)).toMatchObject({ alert: { title: "Login of [masked]" } });
    expect(lines.some((line) => line.includes("intake.mask_key_missing"))).toBe(true);
    setSecret("MASK_KEY", "key-of-the-masks");
  });
});
