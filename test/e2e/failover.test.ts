// A destination that does not answer: somebody is told, another one shows its alerts meanwhile, and it shows what it missed itself when
// it is back. And destinations of one credential: one budget for all of them, the more important one first.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Channel } from "../../demo/chats/channel.ts";
import { ntopngRequest, ntopngScore } from "../../demo/ntopng-samples.ts";
import { createdFlattened, type Incident, incident, updated } from "../../demo/sekoia-samples.ts";
import { alertHash, alertId } from "../../src/lib/names.ts";
import { type Books, type Stack, startStack } from "../support/stack.ts";

const ROUTE = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";
const QUIET_ROUTE = "0b9d6c1e-4a52-4d43-9f0e-3f5d1b1a7c22";

interface Item {
  name: string;
  state: string;
  broken_since: string | null;
  failed_over: number;
}

describe("a destination that does not answer", () => {
  let stack: Stack;
  const before = [1, 2, 3].map((number) => incident(number, "before"));
  const during = [4, 5, 6, 7, 8].map((number) => incident(number, "during"));

  beforeAll(async () => {
    stack = await startStack({
      config: ({ chats }) => ({
        destinations: {
          soc: { type: "slack", url: chats.slack("soc").url, rate: "50/s", failover: { to: "oncall", failures: 3, after: "60s" } },
          oncall: { type: "discord", url: chats.discord("oncall").url, rate: "50/s" },
          // Nearer to the front by its priority, yet it is the failover that tells.
          ops: { type: "teams", url: chats.teams("ops").url, rate: "50/s", priority: 90 },
        },
        routes: { prod: { id: ROUTE, source: "sekoia", rules: [{ name: "all", to: ["soc"] }] } },
      }),
    });
    for (const one of before) await stack.hook(ROUTE, createdFlattened(one));
    await stack.settled();
  });
  afterAll(() => stack?.stop());

  const soc = () => stack.chats.slack("soc");
  const oncall = () => stack.chats.discord("oncall");
  const item = async (): Promise<Item | undefined> =>
    (await stack.get<{ items: Item[] }>("/api/destinations")).items.find(({ name }) => name === "soc");

  test("is announced, and its failover shows what it cannot, marked", async () => {
    soc().fail({ status: 500, times: Number.POSITIVE_INFINITY });
    for (const one of during) await stack.hook(ROUTE, createdFlattened(one));
    await oncall().waitFor((visible) => during.every((one) => visible.some(shows(one))));
    const copies = oncall()
      .visible()
      .filter(({ raw }) => during.some((one) => raw.includes(idOf(one))));
    expect(copies).toHaveLength(during.length);
    for (const { raw } of copies) expect(raw).toContain('because the destination \\"soc\\" does not answer');
    await oncall().waitFor((visible) => visible.some(({ raw }) => raw.includes('The destination \\"soc\\" does not answer')));
    expect(stack.chats.teams("ops").visible()).toEqual([]);
    // The chat shows a message a moment before the relay knows it.
    await expect.poll(item).toMatchObject({ state: "down", failed_over: during.length, broken_since: expect.any(String) });
    // What it showed before stays where it is.
    expect(
      oncall()
        .visible()
        .some(({ raw }) => before.some((one) => raw.includes(idOf(one)))),
    ).toBe(false);
    await balanced(stack);
  });

  test("has a later version shown there as well", async () => {
    const [one] = during;
    if (!one) throw new Error("no alert");
    await stack.hook(ROUTE, updated(one, { urgency: 95 }, { at: one.raisedAt + 60_000 }));
    await oncall().waitFor((visible) => visible.some(({ raw }) => raw.includes(idOf(one)) && /\[CRITICAL\]/.test(raw)));
    await balanced(stack);
  });

  test("shows what it missed when it is back, in its latest version, once; and that is told too", async () => {
    soc().calm();
    const books = await stack.settled();
    await oncall().waitFor((visible) => visible.some(({ raw }) => raw.includes('The destination \\"soc\\" answers again')));
    for (const one of [...before, ...during]) expect(soc().visible().filter(shows(one)), one.alert.short_id).toHaveLength(1);
    expect(
      soc()
        .visible()
        .find(shows(during[0] as Incident))?.raw,
    ).toContain("[CRITICAL]");
    await expect.poll(item).toMatchObject({ state: "ok", failed_over: 0, broken_since: null });
    await balanced(stack);
    expect(books.destinations.find(({ name }) => name === "soc")).toMatchObject({ pending: 0, dead: 0, own: 0 });
    expect(books.routes).toMatchObject([{ accepted: 9, handed: 9, routed: 9 }]);
  });

  test("is an ordinary destination from then on", async () => {
    const shown = oncall().visible().length;
    const one = incident(9, "after");
    await stack.hook(ROUTE, createdFlattened(one));
    await soc().waitFor((visible) => visible.some(shows(one)));
    await stack.settled();
    expect(oncall().visible()).toHaveLength(shown);
  });
});

describe("destinations of one credential", () => {
  const QUIET = 45;
  const URGENT = 10;
  /** What PagerDuty takes at once, and then in a second. */
  const [BURST, PER_SECOND] = [30, 1.5];
  let stack: Stack;

  beforeAll(async () => {
    const key = "de30".repeat(8);
    stack = await startStack({
      config: ({ chats }) => {
        const pagerduty = { type: "pagerduty", api: chats.pagerduty("oncall").url, routing_key: key, digest: { after: 1_000 } };
        return {
          destinations: { bulk: { ...pagerduty, priority: 10 }, night: { ...pagerduty, priority: 90 } },
          routes: {
            urgent: { id: ROUTE, source: "ntopng", rules: [{ name: "all", to: ["night"] }] },
            quiet: { id: QUIET_ROUTE, source: "ntopng", rules: [{ name: "all", to: ["bulk"] }] },
          },
        };
      },
    });
  });
  afterAll(() => stack?.stop());

  test("share its budget, and the one with the higher priority is served first", async () => {
    const channel = stack.chats.pagerduty("oncall");
    // The less important one asks first, and has all that can go at once.
    await raise(QUIET_ROUTE, "quiet", QUIET);
    await channel.waitFor((visible) => visible.length >= BURST);
    await raise(ROUTE, "urgent", URGENT);
    await stack.settled();
    await balanced(stack);
    expect(channel.counts()).toEqual({ 202: QUIET + URGENT });
    const served = channel.visible().map(({ raw, at }) => ({ urgent: raw.includes("urgent-"), at }));
    const first = served.findIndex(({ urgent }) => urgent);
    const last = served.findLastIndex(({ urgent }) => urgent);
    // Once it asks, hardly anything of the other goes before its last one: what was granted already, or in flight.
    expect(served.slice(first, last).filter(({ urgent }) => !urgent).length).toBeLessThanOrEqual(3);
    expect(last).toBeLessThan(served.length - 5);
    // Some may be held up on their way, so that more arrive together than left.
    expect(fastest(channel)).toBeLessThanOrEqual(BURST + PER_SECOND * 10 + 4);
  });

  async function raise(route: string, prefix: string, count: number): Promise<void> {
    const at = Date.now();
    const alerts = Array.from({ length: count }, (_, index) =>
      ntopngScore({ name: `${prefix}-${index}.example.org`, ip: `198.18.${prefix.length}.${index + 1}`, score: 120, at }),
    );
    for (let first = 0; first < count; first += 10) {
      const answer = await stack.hook(route, ntopngRequest("", alerts.slice(first, first + 10)));
      expect(answer.status).toBe(202);
    }
  }
});

/** The most requests in any ten seconds: a burst of 30, and 1.5 a second, for both together. */
function fastest(channel: Channel): number {
  const times = channel.requests.map(({ at }) => at);
  return Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 10_000).length));
}

/** The books add up, in each row and across. An outbox counts a message a moment before its ledger hears that it was taken. */
async function balanced(stack: Stack): Promise<void> {
  const sum = <Row>(rows: Row[], of: (row: Row) => number) => rows.reduce((all, row) => all + of(row), 0);
  const differences = ({ balanced: balances, routes, destinations }: Books) => ({
    balances,
    across: sum(destinations, ({ planned, own }) => planned - own) - sum(routes, ({ handed }) => handed),
  });
  await expect.poll(async () => differences(await stack.books())).toEqual({ balances: true, across: 0 });
}

const idOf = ({ alert }: Incident): string => alertId("prod", alertHash(`alert:${alert.uuid}`));
const shows =
  (one: Incident) =>
  ({ raw }: { raw: string }) =>
    raw.includes(idOf(one));
