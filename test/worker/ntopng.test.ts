// ntopng in the whole relay: what its sender has to prove, its habit of sending thrice, and the host that its API knows behind an alert.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ntopngRequest, ntopngScore } from "../../demo/ntopng-samples.ts";
import hostData from "../../src/sources/ntopng/fixtures/api-host-data-200.json";
import { installNet, net } from "./support/net.ts";
import { call, configure, type HookAnswer, hook, ledgerOf, settled } from "./support/relay.ts";
import { setSecret } from "./support/secrets.ts";

installNet();
const id = (n: number) => `8ad4bd0e-cbd2-4a2b-8a3b-${String(n).padStart(12, "0")}`;
const OPEN = id(1);
const BOTH = id(2);
const ASKING = id(3);
const SECRET = "ntopng-body-secret";
const PASSWORD = "ntopng-basic-password";
const TOKEN = "ntopng-api-token";
const auth = { type: "basic", username: "sensor", password: PASSWORD };

beforeAll(async () => {
  setSecret("NTOPNG_TOKEN", TOKEN);
  await configure({
    destinations: { box: { type: "inbox" } },
    routes: {
      open: { id: OPEN, source: "ntopng" },
      both: { id: BOTH, source: "ntopng", shared_secret: SECRET, auth },
      asking: {
        id: ASKING,
        source: "ntopng",
        api: "https://ntopng.example",
        token: "secret:NTOPNG_TOKEN",
        rules: [{ name: "all", to: ["box"] }],
      },
    },
  });
});
afterAll(() => setSecret("NTOPNG_TOKEN", undefined));

const START = Date.UTC(2026, 10, 20, 12);
const host = (ip: string, at = START) => ntopngScore({ name: "ws-20.example.org", ip, score: 120, at });
const answerOf = async (answer: Response): Promise<HookAnswer> => {
  expect(answer.status).toBe(202);
  return answer.json();
};

describe("the sender", () => {
  const basic = (password: string) => ({ authorization: `Basic ${btoa(`sensor:${password}`)}` });
  test.each([
    ["both right", SECRET, basic(PASSWORD), 202],
    ["a wrong secret in the body", "wrong", basic(PASSWORD), 401],
    ["a wrong password", SECRET, basic("wrong"), 401],
    ["no password", SECRET, {}, 401],
    ["neither", "", {}, 401],
  ] as const)("with %s", async (_what, secret, headers, status) => {
    const answer = await hook(BOTH, ntopngRequest(secret, [host("192.0.2.10")]), headers);
    expect(answer.status).toBe(status);
    await answer.body?.cancel();
  });

  test("has to prove both also for the Test button", async () => {
    expect(await answerOf(await hook(BOTH, ntopngRequest(SECRET, []), basic(PASSWORD)))).toMatchObject({ test: 1, accepted: 0 });
    expect((await hook(BOTH, ntopngRequest("wrong", []), basic(PASSWORD))).status).toBe(401);
  });

  test("is told in the list of routes", async () => {
    const answer = await call("/api/routes", { headers: { authorization: "Bearer test-admin-token" } });
    const { items } = (await answer.json()) as { items: { name: string; proof: string[] }[] };
    expect(Object.fromEntries(items.map(({ name, proof }) => [name, proof]))).toMatchObject({
      open: ["path"],
      both: ["basic", "secret in the body"],
    });
  });
});

describe("three copies of one request at once", () => {
  test("are ten alerts and twenty duplicates", async () => {
    const alerts = Array.from({ length: 10 }, (_, n) => host(`192.0.2.${100 + n}`));
    const body = JSON.stringify(ntopngRequest("", alerts));
    const answers = await Promise.all([1, 2, 3].map(async () => answerOf(await hook(OPEN, body))));
    const sum = (part: "accepted" | "duplicate") => answers.reduce((total, answer) => total + answer[part], 0);
    expect([sum("accepted"), sum("duplicate")]).toEqual([10, 20]);
    expect(await settled("open")).toMatchObject({ accepted: 10, duplicate: 20 });
  });
});

describe("the host behind an alert", () => {
  const stateOf = async (answer: HookAnswer) => {
    await settled("asking", "box");
    const story = await ledgerOf("asking").story(answer.results[0]?.alert?.split(".")[1] ?? "");
    return story?.alert;
  };

  test("is part of the alert, asked for with the token and shown with the rest", async () => {
    net.answer("ntopng.example", () => Response.json(hostData));
    const alert = await stateOf(await answerOf(await hook(ASKING, ntopngRequest("", [host("192.0.2.60")]))));
    expect(alert).toMatchObject({ enriched: true, data: { host: expect.stringContaining("score 310, 2 alerts engaged"), score: 120 } });
    expect(net.calls.map(({ url, headers }) => [url.pathname + url.search, headers.get("authorization")])).toEqual([
      ["/lua/rest/v2/get/host/data.lua?ifid=1&host=192.0.2.60&vlan=0", `Token ${TOKEN}`],
    ]);
  });

  test("that nobody may ask for holds nothing up, and the alert says why", async () => {
    net.answer(
      "ntopng.example",
      () => new Response(null, { status: 302, headers: { location: "https://elsewhere.example/lua/login.lua" } }),
    );
    const alert = await stateOf(await answerOf(await hook(ASKING, ntopngRequest("", [host("192.0.2.61")]))));
    expect(alert).toMatchObject({ enriched: false, enriched_reason: expect.stringMatching(/sign-in page \(status 302\)/) });
    expect(JSON.stringify(alert)).not.toContain(TOKEN);
  });
});
