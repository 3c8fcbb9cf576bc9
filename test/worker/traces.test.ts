// One trace id from the request to the wall: in the story, in the request log, in the relay's log lines, and on to a receiver that
// follows traces.
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import { createdFlattened, incident, updated } from "../../demo/sekoia-samples.ts";
import type { StoredEvent } from "../../src/ledger/interface.ts";
import { api, json } from "./support/api.ts";
import { installNet, net } from "./support/net.ts";
import { configure, type HookAnswer, hook, settled, WAIT } from "./support/relay.ts";

installNet();
const ROUTE = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";
const traceOf = (digit: string) => digit.repeat(32);
const header = (digit: string) => ({ traceparent: `00-${traceOf(digit)}-00f067aa0ba902b7-01` });
let number = 0;
const fresh = () => createdFlattened(incident(++number, "trace"));
const alertOf = async (answer: Response): Promise<string> => ((await answer.json()) as HookAnswer).results[0]?.alert ?? "";
const eventsOf = async (alert: string) => (await json<{ events: StoredEvent[] }>(api("GET", `/alerts/${alert}`))).events;

beforeAll(() =>
  configure({
    destinations: {
      box: { type: "inbox" },
      soar: { type: "webhook", url: "https://soar.example/hook", headers: { "x-team": "soc" } },
    },
    routes: { prod: { id: ROUTE, source: "sekoia", rules: [{ to: ["box", "soar"] }] } },
  }),
);
afterEach(() => vi.restoreAllMocks());

test("the sender's trace goes all the way", async () => {
  const lines: string[] = [];
  for (const level of ["log", "warn"] as const) vi.spyOn(console, level).mockImplementation((text) => void lines.push(String(text)));
  net.answer("soar.example", () => new Response(""));
  const alert = await alertOf(await hook(ROUTE, fresh(), header("a")));
  await settled("prod", "box", "soar");
  expect(await eventsOf(alert)).toMatchObject([{ trace_id: traceOf("a") }]);
  const log = await json<{ items: { trace_id: string; alerts: string[] }[] }>(api("GET", "/log"));
  expect(log.items.find(({ alerts }) => alerts.includes(alert))).toMatchObject({ trace_id: traceOf("a") });
  const [call] = net.callsTo("soar.example");
  expect(call?.headers.get("traceparent")).toMatch(new RegExp(`^00-${traceOf("a")}-(?!00f067aa0ba902b7)[0-9a-f]{16}-01$`));
  const events = await vi.waitFor(() => {
    const told = lines.flatMap((text) => text.split("\n")).map((text) => JSON.parse(text) as { event: string; trace?: string });
    const own = told.filter(({ trace }) => trace === traceOf("a")).map(({ event }) => event);
    expect(own.length).toBeGreaterThanOrEqual(3);
    return own;
  }, WAIT);
  expect(new Set(events)).toEqual(new Set(["event.decided", "delivery.attempt"]));
});

test("a request without a trace, or with one that is none, gets its own", async () => {
  net.answer("soar.example", () => new Response(""));
  const ids = [];
  for (const headers of [{}, { traceparent: "00-nothing-01" }]) {
    const alert = await alertOf(await hook(ROUTE, fresh(), headers as Record<string, string>));
    await settled("prod", "box", "soar");
    ids.push((await eventsOf(alert))[0]?.trace_id);
  }
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{32}$/);
  expect(new Set(ids).size).toBe(2);
});

test("what is sent of an alert has the trace of its latest event; a refused request is found by its own", async () => {
  net.answer("soar.example", () => new Response(""));
  const first = incident(++number, "trace");
  const alert = await alertOf(await hook(ROUTE, createdFlattened(first), header("b")));
  await settled("prod", "box", "soar");
  await hook(ROUTE, updated(first, { status: "Closed" }), header("c"));
  await settled("prod", "box", "soar");
  expect((await eventsOf(alert)).map(({ trace_id }) => trace_id)).toEqual([traceOf("b"), traceOf("c")]);
  expect(net.callsTo("soar.example").at(-1)?.headers.get("traceparent")).toContain(traceOf("c"));

  expect((await hook(ROUTE, "not json", header("d"))).status).toBe(400);
  await vi.waitFor(async () => {
    const { items } = await json<{ items: { outcome: string; trace_id: string }[] }>(api("GET", "/log?outcome=refused"));
    expect(items).toMatchObject([{ trace_id: traceOf("d") }]);
  }, WAIT);
});

test("what we do ourselves has none", async () => {
  net.answer("soar.example", () => new Response(""));
  const alert = await alertOf(await hook(ROUTE, fresh(), header("e")));
  await settled("prod", "box", "soar");
  await json(api("POST", `/alerts/${alert}/status`, { body: { comment: "seen" } }));
  await settled("prod", "box", "soar");
  expect((await eventsOf(alert)).map(({ trace_id }) => trace_id)).toEqual([traceOf("e"), null]);
});
