import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { sampleAlert, sampleViews } from "../../../test/support/alerts.ts";
import { describeDestination, strings } from "../../../test/support/describe-destination.ts";
import type { Outgoing, View } from "../destination.ts";
import inbox from "./destination.ts";

describeDestination(inbox, {
  fixtures: new URL("./fixtures/", import.meta.url),
  settings: {},
  secrets: [],
  shown: (body) => strings(JSON.parse(body)).join("\n"),
  withinLimits: (body) => expect(Buffer.byteLength(body)).toBeLessThanOrEqual(16_000),
  // The dashboard lays the card out as text; there is no markup to break.
  inert: () => undefined,
});

describe("inbox: the row", () => {
  const runtime = new Miniflare(
    convertV4MiniflareOptions({ modules: true, script: "export default {}", compatibilityDate: "2026-11-02", d1Databases: ["DB"] }),
  );
  let bindings: Record<string, unknown> = {};
  const transport = inbox.transport.kind === "custom" ? inbox.transport : undefined;
  const at = Date.UTC(2026, 10, 20, 12);

  const send = (view: View, more: Partial<Outgoing> = {}, to = bindings) =>
    transport?.send(
      { id: "d1", key: "d1", attempt: 1, action: "post", body: inbox.render(view, {}), at, ...more },
      { name: "wall", settings: {} },
      { bindings: to, signal: AbortSignal.timeout(10_000), refuses: () => undefined },
    );
  const living = (version: number, title: string): View => ({ kind: "alert", alert: sampleAlert({ version, title }), links: {} });
  const rows = async () => {
    const db = await runtime.getD1Database("DB");
    return (await db.prepare("SELECT destination, alert, version, severity, title, created_at, updated_at FROM inbox ORDER BY alert").all())
      .results;
  };

  beforeAll(async () => {
    const db = await runtime.getD1Database("DB");
    const migration = readFileSync(fileURLToPath(new URL("../../../migrations/0001_initial.sql", import.meta.url).href), "utf8");
    const [table = ""] = /CREATE TABLE inbox \([\s\S]*?WITHOUT ROWID;/.exec(migration) ?? [];
    await db.prepare(table.replace(/--.*$/gm, "").replace(/\s+/g, " ")).run();
    bindings = { DB: db };
  });
  beforeEach(async () => {
    await (await runtime.getD1Database("DB")).prepare("DELETE FROM inbox").run();
  });
  afterAll(() => runtime.dispose());

  test("shows one living message for an alert", async () => {
    expect(await send(living(1, "first"))).toEqual({ kind: "delivered", ref: "sekoia-prod.5d41402abc4b2a76" });
    await send(living(2, "second"), { action: "edit", at: at + 1_000 });
    expect(await rows()).toEqual([
      {
        destination: "wall",
        alert: "sekoia-prod.5d41402abc4b2a76",
        version: 2,
        severity: "high",
        title: "second",
        created_at: "2026-11-20T12:00:00.000Z",
        updated_at: "2026-11-20T12:00:01.000Z",
      },
    ]);
  });

  test("never goes back to an older version, and a repeat changes nothing", async () => {
    await send(living(3, "third"));
    expect(await send(living(2, "second"))).toMatchObject({ kind: "delivered" });
    await send(living(3, "third again"), { at: at + 5_000 });
    expect(await rows()).toMatchObject([{ version: 3, title: "third", updated_at: "2026-11-20T12:00:00.000Z" }]);
  });

  test("keeps a digest under its delivery", async () => {
    await send(sampleViews().digest, { id: "digest-7" });
    await send(sampleViews().digest, { id: "digest-7" });
    expect(await rows()).toMatchObject([{ alert: "digest:digest-7", severity: "critical" }]);
  });

  test("keeps a running digest current in its row", async () => {
    const { digest } = sampleViews();
    if (digest.kind !== "digest") throw new Error("no digest");
    expect(await send(digest, { id: "digest-1" })).toEqual({ kind: "delivered", ref: "digest:digest-1" });
    const edit = { id: "digest-2", action: "edit", ref: "digest:digest-1" } as const;
    expect(await send({ ...digest, total: 40 }, edit)).toEqual({ kind: "delivered", ref: "digest:digest-1" });
    // Nothing but later versions of alerts that it holds already.
    await send({ ...digest, total: 40, updates: 2, alerts: [] }, { ...edit, id: "digest-3" });
    await send(digest, edit);
    expect(await rows()).toMatchObject([{ alert: "digest:digest-1", version: 42, title: expect.stringMatching(/^40 alerts/) }]);
  });

  test("keeps a notice in one row, to its end", async () => {
    const { notice } = sampleViews();
    if (notice.kind !== "notice") throw new Error("no notice");
    const over = { ...notice, notice: { ...notice.notice, resolved: true, title: "The destination soc answers again" } };
    expect(await send(notice)).toEqual({ kind: "delivered", ref: "notice:soc.breaker.1" });
    await send(notice, { at: at + 1_000 });
    await send(over, { id: "d2", at: at + 2_000 });
    await send(notice, { at: at + 3_000 });
    expect(await rows()).toMatchObject([
      { alert: "notice:soc.breaker.1", version: 2, severity: "high", title: "The destination soc answers again" },
    ]);
  });

  test("keeps a test apart from alerts", async () => {
    await send(sampleViews()["test-alert"]);
    await send(living(1, "the alert"));
    expect((await rows()).map(({ alert }) => alert)).toEqual(["sekoia-prod.5d41402abc4b2a76", "test:sekoia-prod.5d41402abc4b2a76"]);
  });

  test("says what is missing, and tries again when the database fails", async () => {
    expect(await send(living(1, "x"), {}, {})).toMatchObject({ kind: "disabled", reason: "misconfigured" });
    const broken = {
      DB: {
        prepare: () => {
          throw new Error("D1_ERROR: overloaded");
        },
      },
    };
    expect(await send(living(1, "x"), {}, broken)).toEqual({ kind: "retry", reason: "server_error" });
  });
});
