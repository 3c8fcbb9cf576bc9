// The command line as a process against a relay that runs, with the real wrangler where it makes a token.
// Each output that people read is compared with its golden text in cli/; `UPDATE_GOLDEN=1` writes them anew.
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { announceRelay } from "../../cli/frame/local.ts";
import { createdFlattened, incident, updated } from "../../demo/sekoia-samples.ts";
import { alertHash, alertId } from "../../src/lib/names.ts";
import { cli, type Ended, expectGolden, startCli } from "../support/cli.ts";
import { PATIENCE_MS } from "../support/patience.ts";
import { type Stack, startStack } from "../support/stack.ts";

const ROUTE = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";
const SOLO = "5ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";
const PROBE = "0b9d6c1e-4a52-4d43-9f0e-3f5d1b1a7c22";
const folder = mkdtempSync(join(tmpdir(), "tocsin-cli-"));
const tokenPath = join(folder, "local-token");
let stack: Stack;

/** Runs a verb against the relay of this test. */
const tocsin = (...args: string[]): Promise<Ended> => cli([...args, "--persist-to", folder]);
/** The same for its JSON; fails when it fails. */
async function json<Value>(...args: string[]): Promise<Value> {
  const { status, out, err } = await tocsin(...args, "--json");
  expect([status, err], out).toEqual([0, ""]);
  return JSON.parse(out) as Value;
}
async function golden(name: string, ...args: string[]): Promise<void> {
  const { status, out, err } = await tocsin(...args);
  expect(status, err).toBe(0);
  expectGolden(name, `$ tocsin ${args.join(" ")}\n${out}`, { loose: ["audit", "tokens"].includes(args[0] ?? "") });
  for (const line of out.split("\n"))
    expect(line.length, line).toBeLessThanOrEqual(["audit", "deliveries"].includes(args[0] ?? "") ? 130 : 100);
}

const post = (number: number, change = (one: ReturnType<typeof incident>): unknown => createdFlattened(one)) =>
  stack.hook(ROUTE, change(incident(number, "cli")));
const idOf = (number: number): string => alertId("prod", alertHash(`alert:${incident(number, "cli").alert.uuid}`));

const byRole = (left: string, right: string): number =>
  Number(left.includes("watcher")) - Number(right.includes("watcher")) || (left.includes("configure") ? -1 : 1);

interface Items<Item> {
  items: Item[];
  more: boolean;
}
interface Delivery {
  id: string;
  state: string;
}

beforeAll(async () => {
  stack = await startStack({
    persistTo: folder,
    secrets: ({ chats }) => ({ SOC: chats.slack("soc").url, PROBE_SECRET: "canary-probe-secret" }),
    config: ({ chats }) => ({
      destinations: {
        soc: { type: "slack", url: "secret:SOC", rate: "100/s" },
        war: { type: "discord", url: chats.discord("war").url, rate: "100/s" },
        box: { type: "inbox" },
      },
      routes: {
        prod: {
          id: ROUTE,
          source: "sekoia",
          rules: [
            { name: "urgent to the SOC", when: "alert.severity_id >= HIGH", to: ["soc"] },
            { name: "everything to the box", to: ["box"] },
          ],
        },
        // Its alerts have one destination: in what order two of them take a message is nobody's promise.
        solo: { id: SOLO, source: "sekoia", rules: [{ name: "all", to: ["soc"] }] },
        probe: { id: PROBE, source: "ntopng", shared_secret: "secret:PROBE_SECRET", rules: [{ name: "all", to: ["box"] }] },
      },
    }),
  });
  // As `npm start` does. An ADMIN_TOKEN was given, so there is none in the folder: a token is made through the database.
  announceRelay(folder, { url: stack.relay.url, pid: process.pid });
  await post(1);
  await stack.settled();
  await post(1);
  await post(2);
  await stack.settled();
  await stack.hook(ROUTE, "not JSON");
  // A refusal is counted after it was answered.
  await vi.waitFor(async () => expect((await stack.books()).routes.map(({ refused }) => refused)).toContain(1), PATIENCE_MS);
});
afterAll(async () => {
  await stack?.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe("the way in", () => {
  test("a token is made through wrangler, kept for its owner alone, and used again", async () => {
    const first = await tocsin("books");
    expect(first).toMatchObject({ status: 0, err: "" });
    expect(statSync(tokenPath).mode & 0o777).toBe(0o600);
    const kept = JSON.parse(readFileSync(tokenPath, "utf8"));
    expect(kept).toMatchObject({ role: "read", token: expect.stringMatching(/^tocsin_/) });
    await tocsin("backlog");
    expect(JSON.parse(readFileSync(tokenPath, "utf8"))).toEqual(kept);
    const { results } = await (await stack.relay.db()).prepare("SELECT * FROM tokens").all();
    expect(results).toMatchObject([{ role: "read", expires_at: kept.expires_at, created_by: expect.stringContaining("@") }]);
    expect(JSON.stringify(results)).not.toContain(kept.token);
  });

  test("for more than looking, one of a higher role is made, and then serves for both", async () => {
    expect((await tocsin("tokens", "list")).status).toBe(0);
    const { role, token } = JSON.parse(readFileSync(tokenPath, "utf8"));
    expect(role).toBe("configure");
    await tocsin("books");
    expect(JSON.parse(readFileSync(tokenPath, "utf8")).token).toBe(token);
  });

  test("one that was removed is made anew", async () => {
    const { token } = JSON.parse(readFileSync(tokenPath, "utf8"));
    await (await stack.relay.db()).prepare("DELETE FROM tokens").run();
    expect(await tocsin("books")).toMatchObject({ status: 0, err: "" });
    expect(JSON.parse(readFileSync(tokenPath, "utf8")).token).not.toBe(token);
  });

  test("by address and token; a wrong token and a relay that is away are sentences", async () => {
    const { url } = stack.relay;
    const right = await cli(["books", "--url", url, "--json"], { TOCSIN_TOKEN: "test-admin-token" });
    expect(right.status).toBe(0);
    expect(JSON.parse(right.out)).toMatchObject({ balanced: true });
    expect(await cli(["books"], { TOCSIN_URL: url, TOCSIN_TOKEN: "wrong" })).toEqual({
      status: 1,
      out: "",
      err: "The relay does not accept this token.\nCheck TOCSIN_TOKEN, or leave it out and use --local or --remote.\n",
    });
    expect(await cli(["books", "--url", "http://127.0.0.1:1", "--token", "x", "--json"])).toMatchObject({ status: 1, err: "" });
    expect((await cli(["books", "--local", "--persist-to", join(folder, "none")])).err).toContain("No relay runs with the state in");
  });

  test("a token of a role can do what the role may", async () => {
    const made = await json<{ token: string }>("tokens", "create", "watcher", "--role", "read", "--expires", "1h");
    const env = { TOCSIN_URL: stack.relay.url, TOCSIN_TOKEN: made.token };
    expect((await cli(["backlog"], env)).status).toBe(0);
    const refused = await cli(["alerts", "resolve", idOf(1)], env);
    expect(refused).toMatchObject({ status: 1, out: "", err: expect.stringContaining("operate") });
    // By name, and our own has a random end.
    const listed = await tocsin("tokens", "list");
    const [head, ...rows] = listed.out.trim().split("\n");
    expectGolden("tokens-list", `$ tocsin tokens list\n${[head, ...rows.sort(byRole)].join("\n")}\n`, { loose: true });
    expect((await tocsin("tokens", "remove", "watcher")).out).toBe("Removed watcher.\n");
    expect((await cli(["backlog"], env)).status).toBe(1);
  });
});

describe("looking inside", () => {
  test("the books add up, and say so", async () => {
    await golden("books", "books");
    expect(await json("books")).toEqual(await stack.get("/api/books"));
  });

  test("alerts are found", async () => {
    await golden("alerts-search", "alerts", "search");
    const ids = async (...args: string[]): Promise<string[]> =>
      (await json<Items<{ id: string }>>("alerts", "search", ...args)).items.map(({ id }) => id);
    expect(await ids()).toEqual([idOf(2), idOf(1)]);
    expect(await ids("--limit", "1")).toEqual([idOf(2)]);
    expect(await ids("--source", "ntopng")).toEqual([]);
    expect(await ids("--source", "sekoia", "--from", "1h", "-q", "nobody-has-this-word")).toEqual([]);
    expect((await tocsin("alerts", "search", "--severity", "info")).out).toBe("No alert is like that.\n");
  });

  test("an alert's story is told", async () => {
    await golden("alerts-show", "alerts", "show", idOf(1));
    expect(await json("alerts", "show", idOf(1))).toEqual(await stack.get(`/api/alerts/${idOf(1)}`));
    expect(await tocsin("alerts", "show", "prod.000000000000000000000000")).toEqual({
      status: 1,
      out: "",
      err: "There is no such alert.\nSee: npx tocsin alerts search\n",
    });
  });

  test("requests and the inbox are listed", async () => {
    await golden("log", "log");
    await golden("log-refused", "log", "--outcome", "refused");
    await golden("inbox", "inbox");
  });

  test("a link signs in to the dashboard, once", async () => {
    const { link } = await json<{ link: string }>("open");
    const [code = ""] = /(?<=code=)\w+$/.exec(link) ?? [];
    expect(link).toBe(`${stack.relay.url}/signin?code=${code}`);
    const signIn = () =>
      fetch(`${stack.relay.url}/signin`, {
        method: "POST",
        body: new URLSearchParams({ code }),
        redirect: "manual",
        headers: { origin: stack.relay.url },
      });
    expect((await signIn()).headers.get("set-cookie")).toContain("tocsin_session=");
    expect((await signIn()).headers.get("set-cookie")).toBeNull();
  });
});

describe("acting", () => {
  test("a status and a comment are set", async () => {
    expect((await tocsin("alerts", "acknowledge", idOf(1), "--comment", "looking at it")).out).toMatch(
      /^Acknowledged: .* {2}in progress\n$/,
    );
    expect((await tocsin("alerts", "comment", idOf(1), "isolated")).out).toMatch(/^Commented: /);
    const { alert } = await json<{ alert: { status: string } }>("alerts", "show", idOf(1));
    expect(alert.status).toBe("in_progress");
    const { items } = await json<{ items: { status: string }[] }>("alerts", "resolve", idOf(1), idOf(2));
    expect(items.map(({ status }) => status)).toEqual(["resolved", "resolved"]);
  });

  test("dead messages are counted, replayed, and shown once however often one asks", async () => {
    await stack.settled();
    stack.chats.slack("soc").revoke();
    const third = incident(3, "cli");
    await stack.hook(SOLO, createdFlattened(third));
    await stack.settled();
    await golden("backlog-dead", "backlog");
    await golden("deliveries-dead", "deliveries", "list", "--state", "dead");
    await golden("alerts-show-dead", "alerts", "show", alertId("solo", alertHash(`alert:${third.alert.uuid}`)));
    const [dead] = (await json<Items<Delivery>>("deliveries", "list", "--state", "dead")).items;
    expect((await tocsin("replay", "--destination", "soc", "--dry-run")).out).toBe("Would replay 1 dead delivery to soc.\n");
    expect(await tocsin("replay", "--destination", "soc")).toMatchObject({
      status: 2,
      err: expect.stringContaining("There is nobody to ask.\nAdd --yes"),
    });

    stack.chats.slack("soc").calm();
    const before = stack.chats.slack("soc").visible().length;
    expect(await tocsin("replay", "--destination", "soc", "--yes")).toMatchObject({ status: 0, out: "Replayed 1 delivery.\n" });
    await stack.settled();
    expect(await tocsin("replay", "--destination", "soc", "--yes")).toMatchObject({
      status: 0,
      out: "Nothing to do: no dead delivery is like that.\n",
    });
    expect(await tocsin("replay", dead?.id ?? "")).toMatchObject({ status: 0, out: "Nothing to do: this delivery is not dead.\n" });
    expect(await json("replay", dead?.id ?? "")).toEqual({ replayed: 0 });
    await stack.settled();
    expect(stack.chats.slack("soc").visible()).toHaveLength(before + 1);
    expect(await tocsin("replay", "soc.prod.none.1")).toMatchObject({
      status: 1,
      err: "There is no such delivery.\nSee: npx tocsin deliveries list\n",
    });
    expect(await tocsin("replay")).toMatchObject({ status: 2, err: expect.stringContaining("Which ones?") });
  });

  test("tests are sent or only shown", async () => {
    await golden("destinations-test", "destinations", "test", "soc");
    await golden("routes-test", "routes", "test", "prod", "--severity", "critical");
    const dry = await tocsin("destinations", "test", "soc", "--dry-run");
    expect(dry).toMatchObject({ status: 0, out: expect.stringContaining("would be sent") });
    expect(dry.out).toContain("secret:SOC");
    expect(dry.out).not.toContain(new URL(stack.chats.slack("soc").url).pathname);
    expect(await tocsin("destinations", "test", "nobody")).toMatchObject({
      status: 1,
      err: "There is no such destination.\nSee: npx tocsin destinations list\n",
    });
  });

  test("a sample is posted as its vendor would, with the proof; without the secret it is not", async () => {
    const secrets = join(folder, "secrets.env");
    writeFileSync(secrets, "PROBE_SECRET=canary-probe-secret\n");
    const unknown = await tocsin("send-sample", "--source", "ntopng");
    expect(unknown).toMatchObject({ status: 1, err: expect.stringContaining("the secret PROBE_SECRET, not known here.") });
    const first = await json<{ accepted: number; results: { alert: string }[] }>("send-sample", "--source", "ntopng", "--secrets", secrets);
    expect(first.accepted).toBe(1);
    const again = await tocsin("send-sample", "--route", "probe", "--secrets", secrets);
    expect(again.out).toContain("1 copy recognised: this sample was sent before");
    expect((await tocsin("alerts", "show", first.results[0]?.alert ?? "")).status).toBe(0);
    expect((await tocsin("send-sample", "--source", "ntopng", "--list")).out).toContain("webhook-host-engage\n");
    const wrong = await tocsin("send-sample", "--route", "probe", "--sample", "none", "--secrets", secrets);
    expect(wrong).toMatchObject({ status: 2, err: expect.stringContaining("There is no sample none.") });
    for (const { out, err } of [unknown, again, wrong]) expect(out + err).not.toMatch(new RegExp(`${PROBE}|canary-probe-secret`));
  });

  test("who did all that stands in the audit log", async () => {
    const { items } = await json<Items<{ action: string; via: string; actor: string }>>("audit", "--limit", "200");
    const actions = new Set(items.map(({ action }) => action));
    for (const action of ["token.made", "token.removed", "alert.status_set", "alert.commented", "deliveries.replayed"])
      expect(actions).toContain(action);
    await golden("audit", "audit", "--action", "alert.status_set,alert.commented");
    const { out } = await tocsin("audit", "--csv", "--action", "token.removed");
    expect(out.split("\r\n")[0]).toBe("at,id,actor,via,action,target,detail");
    expect(out).toContain("watcher");
  });
});

describe("watching", () => {
  test("what comes in and goes out is told as it happens, through a crash of the relay, until Ctrl-C", async () => {
    const since = ["tail", "--persist-to", folder, "--since", new Date().toISOString()];
    const tail = startCli(since);
    const lines = startCli([...since, "--json", "--severity", "critical,high,medium,low"]);
    await post(4);
    await expect.poll(tail.out).toMatch(/-> box +delivered/);
    expect(tail.out()).toMatch(/^\d\d:\d\d:\d\d {2}prod +opened +[A-Z]+ +\S.* prod\.[0-9a-f]{24}$/m);
    await expect.poll(lines.out).toContain('"type":"delivery"');

    await stack.relay.killRuntime();
    await post(4, (one) => updated(one, { urgency: 95 } as never));
    await expect.poll(tail.out).toMatch(/prod +updated/);
    tail.child.kill("SIGINT");
    lines.child.kill("SIGTERM");
    const ended = await tail.ended;
    expect(ended.status, ended.err).toBe(0);
    const told = (await lines.ended).out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(told.find(({ type }) => type === "request")).toMatchObject({ route: "prod", outcome: "accepted", about: { id: idOf(4) } });
    expect(told.find(({ type }) => type === "delivery")).toMatchObject({ state: "delivered", kind: "create", about: { id: idOf(4) } });
    const ids = told.filter(({ type }) => type === "request").map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("the log can be followed alone", async () => {
    const follow = startCli(["log", "--follow", "--outcome", "refused", "--persist-to", folder]);
    // It tells what comes from now on: sent until it has begun.
    await expect
      .poll(
        async () => {
          await stack.hook(ROUTE, "not JSON");
          return follow.out();
        },
        { interval: 500 },
      )
      .toMatch(/prod +refused +400 not json/);
    // Under an older Node one Ctrl-C comes twice, a moment apart.
    follow.child.kill("SIGINT");
    await new Promise((done) => setTimeout(done, 20));
    follow.child.kill("SIGINT");
    expect((await follow.ended).status).toBe(0);
  });
});
