// The end of a silence, over the whole relay: what it hid is shown, and summed up once to those who would have been told.
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { Outbox } from "../../src/index.ts";
import { GENERIC, type GenericBody, genericBody } from "../support/generic-route.ts";
import { api, json } from "./support/api.ts";
import { clock } from "./support/clock.ts";
import { configure, hook, ledgerOf, settled, sweepNow, WAIT } from "./support/relay.ts";

const ROUTE = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";
const OTHER = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a12";
const MINUTE = 60_000;

interface Silence {
  id: string;
  hidden: { events: number; alerts: number } | null;
}
const silence = (more: object = {}): Promise<Silence> =>
  json(api("POST", "/silences", { body: { when: "true", until: "2h", owner: "ana", comment: "maintenance", ...more } }));
const post = async (body: GenericBody, route = ROUTE): Promise<void> => {
  expect((await hook(route, genericBody(body))).status).toBe(202);
};
/** What was set free is on its way for a moment before it is handed over. */
const quiet = async (): Promise<void> => {
  for (const route of ["prod", "other"]) await vi.waitFor(async () => expect((await ledgerOf(route).books()).inTransit).toBe(0), WAIT);
  await settled("prod", "box", "pager");
  await settled("other", "box", "pager");
};
const shown = async (): Promise<string[]> => {
  const { results } = await env.DB.prepare("SELECT destination, title, message FROM inbox ORDER BY created_at, alert, destination").all<{
    destination: string;
    title: string;
    message: string;
  }>();
  return results.map(({ destination, title, message }) => {
    const [hid] = /It hid [^"]*/.exec(message) ?? [];
    return hid === undefined ? `${destination}: ${title}` : `${destination}: ${title}. ${hid}`;
  });
};
const notices = async (): Promise<string[]> => (await shown()).filter((line) => line.includes(" ended. "));

beforeAll(() =>
  configure({
    destinations: { box: { type: "inbox" }, pager: { type: "inbox" } },
    routes: {
      prod: {
        id: ROUTE,
        ...GENERIC,
        rules: [{ to: ["box"] }, { name: "urgent", when: "alert.severity_id >= HIGH", to: ["pager"] }],
      },
      other: { id: OTHER, ...GENERIC, rules: [{ to: ["box"] }] },
    },
  }),
);
beforeEach(async () => {
  clock.skip(MINUTE);
  await env.DB.exec("DELETE FROM silences");
  await env.DB.exec("DELETE FROM inbox");
});
afterEach(() => vi.restoreAllMocks());

describe("a silence that somebody ends", () => {
  test("shows at once what it hid and is open; the next sweep sums it up, once, to each who would have been told", async () => {
    const { id } = await silence();
    clock.skip(2_001);
    await post({ key: "a1", severity: "high" });
    await post({ key: "a1", severity: "high", title: "a1 again" });
    await post({ key: "a2", severity: "low" });
    await post({ key: "a3", severity: "medium" }, OTHER);
    await post({ key: "a4", severity: "low" });
    await post({ key: "a4", status: "resolved" });
    await quiet();
    expect(await shown()).toEqual([]);
    const [listed] = (await json<{ items: Silence[] }>(api("GET", "/silences"))).items;
    expect(listed?.hidden).toEqual({ events: 6, alerts: 4 });
    await sweepNow();
    expect(await shown()).toEqual([]);
    expect((await api("DELETE", `/silences/${id}`)).status).toBe(204);
    await quiet();
    expect((await shown()).sort()).toEqual(["box: a1 again", "box: a2", "box: a3", "pager: a1 again"]);
    await sweepNow();
    await quiet();
    const word = "The silence of ana (maintenance) ended. It hid 6 events of 4 alerts; 3 are still open and shown now.";
    expect(await notices()).toEqual([`box: ${word}`, `pager: ${word}`]);
    await Promise.all([sweepNow(), sweepNow()]);
    clock.skip(60 * MINUTE);
    await sweepNow();
    await quiet();
    expect(await notices()).toHaveLength(2);
    const { balanced } = await json<{ balanced: boolean }>(api("GET", "/books"));
    expect(balanced).toBe(true);
  });

  test("is told by a later sweep where a ledger or a destination could not be reached, with the same words", async () => {
    vi.spyOn(console, "warn").mockImplementation(() => {});
    const { id } = await silence();
    clock.skip(2_001);
    await post({ key: "b1", severity: "low" });
    await quiet();
    await api("DELETE", `/silences/${id}`);
    const away = vi.spyOn(Outbox.prototype, "announce").mockRejectedValue(new Error("away"));
    await sweepNow();
    expect(away).toHaveBeenCalled();
    await post({ key: "b1", status: "resolved" });
    await quiet();
    expect(await notices()).toEqual([]);
    away.mockRestore();
    await sweepNow();
    await quiet();
    expect(await notices()).toEqual([
      "box: The silence of ana (maintenance) ended. It hid 1 event of 1 alert; 1 is still open and shown now.",
    ]);
  });

  test("that hid nothing is told to nobody", async () => {
    const { id } = await silence({ when: 'alert.title == "never"' });
    clock.skip(2_001);
    await post({ key: "c1" });
    await quiet();
    await api("DELETE", `/silences/${id}`);
    await sweepNow();
    await quiet();
    expect(await notices()).toEqual([]);
  });
});

test("a silence whose time is over is told by the sweep; one that was ended by hand in D1 as well", async () => {
  await silence({ until: "10m", comment: "short", ceiling: "low" });
  const { id } = await silence({ when: 'alert.title == "d2"', comment: "by hand", ceiling: "medium" });
  clock.skip(2_001);
  await post({ key: "d1", severity: "low" });
  await post({ key: "d2", severity: "medium" });
  await quiet();
  expect(await shown()).toEqual([]);
  clock.skip(11 * MINUTE);
  await env.DB.prepare("UPDATE silences SET ended_at = ? WHERE id = ?").bind(new Date(Date.now()).toISOString(), id).run();
  await sweepNow();
  await quiet();
  expect((await shown()).sort()).toEqual([
    "box: The silence of ana (by hand) ended. It hid 1 event of 1 alert; 1 is still open and shown now.",
    "box: The silence of ana (short) ended. It hid 1 event of 1 alert; 1 is still open and shown now.",
    "box: d1",
    "box: d2",
  ]);
});

test("each window of a silence that recurs is told when it ends", async () => {
  const minute = Math.floor((Date.now() % 86_400_000) / MINUTE);
  const clockTime = (minutes: number): string =>
    `${String(Math.floor((minutes % 1_440) / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
  const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
  const recur = { zone: "UTC", days, from: clockTime(minute), to: clockTime(minute + 30) };
  await silence({ until: "7d", recur });
  clock.skip(2_001);
  await post({ key: "e1", severity: "low" });
  await quiet();
  clock.skip(31 * MINUTE);
  await sweepNow();
  await quiet();
  expect((await shown()).sort()).toEqual([
    "box: A window of the silence of ana (maintenance) ended. It hid 1 event of 1 alert; 1 is still open and shown now.",
    "box: e1",
  ]);
  clock.skip((24 * 60 - 31) * MINUTE);
  await post({ key: "e1", severity: "low", status: "resolved" });
  await post({ key: "e2", severity: "low" });
  await post({ key: "e2", severity: "low", status: "resolved" });
  await quiet();
  clock.skip(31 * MINUTE);
  await sweepNow();
  await quiet();
  expect((await notices()).at(-1)).toBe(
    "box: A window of the silence of ana (maintenance) ended. It hid 2 events of 1 alert; none of them is open any more.",
  );
  await sweepNow();
  await quiet();
  expect(await notices()).toHaveLength(2);
});

test("what a silence hid is forgotten a while after its row is gone", async () => {
  const { id } = await silence({ until: "1h" });
  clock.skip(2_001);
  await post({ key: "f1", severity: "low" });
  await quiet();
  clock.skip(61 * MINUTE);
  await sweepNow();
  await quiet();
  expect(Object.keys(await ledgerOf("prod").hidden())).toContain(id);
  await env.DB.exec("DELETE FROM silences");
  clock.skip(25 * 60 * MINUTE);
  await sweepNow();
  expect(Object.keys(await ledgerOf("prod").hidden())).not.toContain(id);
});
