// The server as a whole: addresses, fault scripts, what is recorded, waiting, memory, and the wall.
import { request } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import type { Channel } from "./channel.ts";
import { type Chats, type ChatsOptions, startChats } from "./server.ts";

let running: Chats | undefined;
const start = async (options: ChatsOptions = {}): Promise<Chats> => {
  running = await startChats(options);
  return running;
};
afterEach(async () => {
  await running?.close();
  running = undefined;
});

const post = (url: string, body: unknown, init: RequestInit = {}): Promise<Response> =>
  fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body), ...init });
const statusOf = (url: string, body: unknown): Promise<number> =>
  post(url, body).then(
    ({ status }) => status,
    () => 0,
  );
const texts = (channel: Channel): unknown[] => channel.visible().map(({ body }) => (body as { text: string }).text);

describe("addresses", () => {
  it("are the same for the same name at every start, and open themselves unless the server is strict", async () => {
    const chats = await start();
    const { pathname } = new URL(chats.slack("soc").url);
    expect(pathname).toMatch(/^\/services\/T\w+\/B\w+\/\w{24}$/);
    expect(chats.slack("soc")).toBe(chats.channels()[0]);
    expect(await statusOf(`${chats.origin}/services/T1/B1/abc`, { text: "hello" })).toBe(200);
    expect(chats.channels().map(({ name }) => name)).toEqual(["soc", "abc"]);
    await chats.close();
    const strict = await start({ strict: true });
    expect(new URL(strict.slack("soc").url).pathname).toBe(pathname);
    const gone = await post(`${strict.origin}/services/T1/B1/abc`, { text: "hello" });
    expect([gone.status, await gone.text()]).toEqual([404, "no_service"]);
    expect(strict.channels()).toHaveLength(1);
    expect((await fetch(`${strict.origin}/elsewhere`)).status).toBe(404);
  });

  it("is reachable on loopback only", async () => {
    const chats = await start();
    expect(new URL(chats.origin).hostname).toBe("127.0.0.1");
  });
});

describe("fault scripts", () => {
  it("run in order, and every request is recorded with its status", async () => {
    const soc = (await start()).slack("soc");
    soc.fail({ status: 500, times: 2 });
    soc.fail({ status: 429, afterSeconds: 3 });
    const statuses: number[] = [];
    for (let turn = 0; turn < 4; turn += 1) statuses.push(await statusOf(soc.url, { text: `m${turn}` }));
    expect(statuses).toEqual([500, 500, 429, 200]);
    expect(soc.requests.map(({ status, method }) => [status, method])).toEqual(statuses.map((status) => [status, "POST"]));
    expect(soc.requests[0]?.bodyText).toBe('{"text":"m0"}');
    expect(soc.requests[0]?.headers["content-type"]).toBe("application/json");
    expect(soc.counts()).toEqual({ 200: 1, 429: 1, 500: 2 });
    expect(texts(soc)).toEqual(["m3"]);
  });

  it("say how long to wait in just the form asked for", async () => {
    const soc = (await start({ now: () => Date.UTC(2025, 0, 1, 0, 0, 0, 200) })).slack("soc");
    soc.fail({ status: 429, retryAfter: "seconds", afterSeconds: 1.2 });
    soc.fail({ status: 503, retryAfter: "date", afterSeconds: 5 });
    soc.fail({ status: 429, retryAfter: "body-float", afterSeconds: 0.65 });
    soc.fail({ status: 418, headers: { "X-Tea": "yes" }, body: { pot: true } });
    const seconds = await post(soc.url, {});
    expect(seconds.headers.get("retry-after")).toBe("2");
    expect(await seconds.text()).not.toContain("retry_after");
    expect((await post(soc.url, {})).headers.get("retry-after")).toBe("Wed, 01 Jan 2025 00:00:06 GMT");
    const float = await post(soc.url, {});
    expect(float.headers.get("retry-after")).toBeNull();
    expect(await float.json()).toMatchObject({ retry_after: 0.65 });
    const exact = await post(soc.url, {});
    expect([exact.status, exact.headers.get("x-tea"), await exact.json()]).toEqual([418, "yes", { pot: true }]);
  });

  it("dropAnswer shows the message and cuts the connection", async () => {
    const soc = (await start()).slack("soc");
    soc.dropAnswer();
    expect(await statusOf(soc.url, { text: "once" })).toBe(0);
    expect(texts(soc)).toEqual(["once"]);
    expect(soc.counts()).toEqual({ 0: 1 });
    expect(soc.requests[0]?.fault).toBe("drop");
  });

  it("hang answers late, and shows nothing to a caller that gave up", async () => {
    const soc = (await start()).slack("soc");
    soc.hang({ ms: 30 });
    expect(await statusOf(soc.url, { text: "late" })).toBe(200);
    soc.hang({ ms: 60_000 });
    await expect(post(soc.url, { text: "never" }, { signal: AbortSignal.timeout(40) })).rejects.toThrow();
    await soc.waitFor((_, { totals }) => totals.requests === 2 && soc.counts()[0] === 1);
    expect(texts(soc)).toEqual(["late"]);
    soc.hang({ ms: 60_000, shown: true });
    await expect(post(soc.url, { text: "shown" }, { signal: AbortSignal.timeout(40) })).rejects.toThrow();
    expect(texts(soc)).toEqual(["late", "shown"]);
  });

  it("delay keeps the answer back, not the message", async () => {
    const soc = (await start()).slack("soc");
    soc.delay(60);
    const began = performance.now();
    const answer = statusOf(soc.url, { text: "slow" });
    await soc.waitFor((visible) => visible.length === 1);
    expect(soc.requests[0]?.status).toBe(0);
    expect(await answer).toBe(200);
    expect(performance.now() - began).toBeGreaterThan(55);
  });

  it("chaos by the same seed does the same, by another does other things", async () => {
    const chats = await start();
    const rate = { status500: 0.2, status429: 0.2, drop: 0.2 };
    const run = async (name: string, seed: number): Promise<number[]> => {
      const channel = chats.slack(name);
      channel.chaos({ seed, rate });
      for (let turn = 0; turn < 30; turn += 1) await statusOf(channel.url, { text: "x" });
      return channel.requests.map(({ status }) => status);
    };
    const first = await run("a", 7);
    expect(await run("b", 7)).toEqual(first);
    expect(await run("c", 8)).not.toEqual(first);
    expect(new Set(first)).toEqual(new Set([200, 500, 429, 0]));
  });

  it("calm ends them all, and brings a revoked address back", async () => {
    const soc = (await start()).slack("soc");
    soc.fail({ status: 500, times: Number.POSITIVE_INFINITY });
    soc.revoke();
    expect(await statusOf(soc.url, { text: "x" })).toBe(404);
    soc.calm();
    expect(await statusOf(soc.url, { text: "x" })).toBe(200);
  });
});

describe("a refusal that was retried", () => {
  it("is linked to the message that came through", async () => {
    const soc = (await start()).slack("soc");
    soc.fail({ status: 429 });
    await post(soc.url, { text: "again" });
    await post(soc.url, { text: "other" });
    await post(soc.url, { text: "again" });
    expect(soc.visible().map(({ retries }) => retries)).toEqual([0, 1]);
    expect(soc.refusals.list).toHaveLength(1);
    expect(soc.refusals.list[0]?.words).toBe("Too Many Requests, asked to wait 1 s");
    expect(soc.refusals.list[0]?.takenAfterMs).toBeTypeOf("number");
  });
});

describe("waiting", () => {
  it("ends with the event that fulfils it, or says what was there", async () => {
    const soc = (await start()).slack("soc");
    const two = soc.waitFor((visible) => visible.length === 2);
    await post(soc.url, { text: "1" });
    await post(soc.url, { text: "2" });
    expect(await two).toHaveLength(2);
    await expect(soc.waitFor((visible) => visible.length === 3, 20)).rejects.toThrow(/soc: not so within 20 ms \(2 visible.*"200":2/);
    await expect(
      Promise.all([
        soc.waitFor((visible) => {
          if (visible.length === 3) throw new Error("broken predicate");
          return false;
        }),
        post(soc.url, { text: "3" }),
      ]),
    ).rejects.toThrow("broken predicate");
  });
});

describe("the benchmark's mode", () => {
  it("keeps the last N, counts all, checks nothing", async () => {
    const chats = await start({ keep: 3, light: true });
    const soc = chats.slack("soc");
    for (let turn = 0; turn < 8; turn += 1) expect(await statusOf(soc.url, { nonsense: turn })).toBe(200);
    expect(soc.messages.map(({ raw }) => raw)).toEqual(['{"nonsense":5}', '{"nonsense":6}', '{"nonsense":7}']);
    expect(soc.requests).toHaveLength(3);
    expect([soc.totals.requests, soc.totals.messages, soc.counts()[200]]).toEqual([8, 8, 8]);
    const discord = chats.discord("soc");
    const made = (await (await post(`${discord.url}?wait=true`, {})).json()) as { id: string };
    expect((await post(`${discord.url}/messages/${made.id}`, {}, { method: "PATCH" })).status).toBe(200);
    expect((await post(`${discord.url}/messages/99`, {}, { method: "PATCH" })).status).toBe(200);
  });
});

describe("the wall", () => {
  it("draws what is there, escaped, under a strict policy", async () => {
    const chats = await start();
    await post(chats.slack("<i>soc").url, { text: "<script>alert(1)</script> *bold* &lt;b&gt;" });
    const page = await fetch(chats.wallUrl);
    const html = await page.text();
    expect(html).toContain("<title>Chat wall (simulated)</title>");
    expect(html).toContain("<b>bold</b>");
    expect(html).not.toContain("<script>alert");
    expect(html).not.toContain("<i>soc");
    expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect((await fetch(chats.wallUrl, { method: "POST" })).status).toBe(405);
  });

  it("sends new columns and messages as they come", async () => {
    const chats = await start();
    const soc = chats.slack("soc");
    const seen: string[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    const stream = request(`${chats.wallUrl}/events`, (response) => {
      response.setEncoding("utf8").on("data", (chunk: string) => {
        seen.push(chunk);
        if (seen.length === 1) void post(soc.url, { text: "live" }).then(() => chats.teams("new"));
        if (seen.join("").includes("event: column") && seen.join("").includes("event: change")) resolve();
      });
    }).end();
    stream.on("error", () => undefined);
    await promise;
    expect(seen.join("")).toContain("live");
    stream.destroy();
  });

  it("may have a port of its own", async () => {
    const chats = await start({ wallPort: 0 });
    expect(chats.wallUrl.startsWith(chats.origin)).toBe(false);
    expect((await fetch(chats.wallUrl)).status).toBe(200);
  });
});

describe("odd requests", () => {
  it("do not end the server", async () => {
    const chats = await start();
    const odd = ["/webhook/%E0%A4%A", "/services/", "//", "/api/v10/webhooks/x/y"];
    for (const path of odd) {
      const { promise, resolve } = Promise.withResolvers<number>();
      request(`${chats.origin}`, { path, method: "POST" }, (response) => resolve(response.resume().statusCode ?? 0)).end("{}");
      expect(await promise).toBe(path.startsWith("/webhook/") ? 200 : 404);
    }
    const big = await fetch(chats.slack("soc").url, { method: "POST", body: "x".repeat(3_000_000) }).catch(() => undefined);
    expect(big).toBeUndefined();
    expect(await statusOf(chats.slack("soc").url, { text: "still here" })).toBe(200);
  });
});
