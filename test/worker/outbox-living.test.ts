// One living message per alert: what a new version becomes, by what the chat can do.
import { afterEach, describe, expect, test } from "vitest";
import type { Capabilities } from "../../src/destinations/destination.ts";
import type { QueuedMessage } from "../../src/outbox/interface.ts";
import type { DeliveryOutcome } from "../../src/outcome.ts";
import { clock } from "./support/clock.ts";
import { bodyOf, OutboxWorld } from "./support/outbox-world.ts";

afterEach(() => clock.reset());

const can = (abilities: Partial<Capabilities>) => ({
  can: () => ({ edit: false, thread: false, idempotencyKey: false, record: false, ...abilities }),
});

/** What a request says: `post alert@1`, `edit alert@2 m1`, `reply update m1`. */
const words = ({ action, ref, body }: QueuedMessage): string => {
  const { kind, version } = bodyOf(body);
  return [action, kind === "update" ? kind : `${kind}@${version}`, ref].filter(Boolean).join(" ");
};

/** Plans a version, delivers what comes of it (posts get the references m1, m2, ...), and tells the requests. */
class Story {
  readonly world: OutboxWorld;
  #posts = 0;
  #seen = 0;
  constructor(abilities: Partial<Capabilities>) {
    this.world = new OutboxWorld({ adapter: can(abilities) });
  }
  async tell(overrides: Parameters<OutboxWorld["plan"]>[1]): Promise<string[]> {
    await this.world.plan("a", overrides);
    return this.requests();
  }
  async requests(outcomeOf: (message: QueuedMessage) => DeliveryOutcome | undefined = () => undefined): Promise<string[]> {
    const told: string[] = [];
    await this.world.turn();
    while (this.#seen < this.world.sent.length) {
      const message = this.world.sent[this.#seen];
      this.#seen += 1;
      if (!message) break;
      told.push(words(message));
      const ref = message.action === "post" ? `m${++this.#posts}` : undefined;
      await this.world.answer(message, outcomeOf(message) ?? { kind: "delivered", ref });
    }
    return told;
  }
  counts = async () => (await this.world.status()).counts;
}

describe("where the chat edits and threads", () => {
  test("a version is an edit, and a reply with what changed", async () => {
    const story = new Story({ edit: true, thread: true });
    expect(await story.tell({ version: 1 })).toEqual(["post alert@1"]);
    expect(await story.tell({ version: 2, count: 4 })).toEqual(["edit alert@2 m1", "reply update m1"]);
    expect(bodyOf(story.world.sent.at(-1)?.body).delta).toMatchObject({ newEvents: 3 });
    expect(await story.counts()).toEqual({ planned: 2, own: 0, delivered: 2, merged: 0, pending: 0, dead: 0 });
  });

  test("replies come at most once a minute, and then tell all that came; edits do not wait", async () => {
    const story = new Story({ edit: true, thread: true });
    await story.tell({ version: 1 });
    await story.tell({ version: 2, count: 2 });
    expect(await story.tell({ version: 3, count: 3 })).toEqual(["edit alert@3 m1"]);
    expect(await story.tell({ version: 4, count: 9 })).toEqual(["edit alert@4 m1"]);
    expect(await story.counts()).toMatchObject({ delivered: 3, merged: 0, pending: 1 });
    clock.skip(60_001);
    expect(await story.requests()).toEqual(["reply update m1"]);
    expect(bodyOf(story.world.sent.at(-1)?.body).delta).toMatchObject({ newEvents: 7 });
    expect(await story.counts()).toMatchObject({ delivered: 4, merged: 0, pending: 0 });
  });

  test("a storm of versions does not keep the thread silent: a reply that is due goes before the next edit", async () => {
    const story = new Story({ edit: true, thread: true });
    await story.tell({ version: 1 });
    const { world } = story;
    const told: string[] = [];
    await world.plan("a", { version: 2, count: 2 });
    // A newer version waits whenever an answer comes.
    for (let version = 3; version < 9; version += 1) {
      await world.plan("a", { version, count: version });
      const message = await world.sentCount(world.sent.length);
      told.push(words(message));
      if (version === 6) clock.skip(60_001);
      await world.answer(message, { kind: "delivered" });
    }
    expect(told.filter((one) => one === "reply update m1")).toHaveLength(2);
    await story.requests();
    expect((await world.status()).counts).toMatchObject({ planned: 8, dead: 0 });
  });

  test("a rise is told in the thread at once, before the edit", async () => {
    const story = new Story({ edit: true, thread: true });
    await story.tell({ version: 1, severity: "medium" });
    await story.tell({ version: 2, severity: "medium", count: 2 });
    expect(await story.tell({ version: 3, severity: "critical" })).toEqual(["reply update m1", "edit alert@3 m1"]);
    expect(await story.tell({ version: 4, severity: "critical", status: "resolved" })).toEqual(["edit alert@4 m1", "reply update m1"]);
  });

  test("each of a delivery's requests has its own idempotency key, the same at every attempt", async () => {
    const story = new Story({ edit: true, thread: true });
    await story.tell({ version: 1 });
    await story.world.plan("a", { version: 2, count: 4 });
    await story.requests(({ attempt }) => (attempt === 1 ? { kind: "retry", reason: "server_error" } : undefined));
    clock.skip(5_000);
    await story.requests();
    const keys = story.world.sent.slice(1).map(({ action, key, id }) => [action, key.replace(id, "")]);
    expect(keys).toEqual([
      ["edit", ""],
      ["edit", ""],
      ["reply", ".reply"],
    ]);
  });

  test("a crash between the edit and the reply repeats neither", async () => {
    const story = new Story({ edit: true, thread: true });
    await story.tell({ version: 1 });
    await story.world.plan("a", { version: 2, count: 4 });
    const edit = story.world.sent[1];
    if (!edit) throw new Error("no edit");
    await story.world.answer(edit, { kind: "delivered" });
    await story.world.crash();
    await story.world.turn();
    expect(story.world.sent.slice(1).map(words)).toEqual(["edit alert@2 m1", "reply update m1"]);
  });

  test("a reply that is refused even in plain form costs nobody the alert", async () => {
    const story = new Story({ edit: true, thread: true });
    await story.tell({ version: 1 });
    await story.world.plan("a", { version: 2, count: 4 });
    const refused: DeliveryOutcome = { kind: "rejected", reason: "invalid_payload" };
    await story.requests(({ action }) => (action === "reply" ? refused : undefined));
    expect(story.world.sent.map(words)).toEqual(["post alert@1", "edit alert@2 m1", "reply update m1", "reply update m1"]);
    expect(await story.counts()).toMatchObject({ delivered: 2, dead: 0, pending: 0 });
  });

  test("a deleted message is posted anew, whichever request finds out", async () => {
    for (const lost of ["edit", "reply"]) {
      const story = new Story({ edit: true, thread: true });
      await story.tell({ version: 1 });
      await story.world.plan("a", { version: 2, count: 4 });
      const told = await story.requests(({ action }) => (action === lost ? { kind: "thread_lost" } : undefined));
      expect(told.at(-1)).toBe("post alert@2");
      expect(await story.tell({ version: 3, count: 5, status: "resolved" })).toEqual(["edit alert@3 m2", "reply update m2"]);
    }
  });
});

describe("where the chat edits and has no threads", () => {
  test("a version is an edit", async () => {
    const story = new Story({ edit: true });
    await story.tell({ version: 1 });
    expect(await story.tell({ version: 2, count: 4 })).toEqual(["edit alert@2 m1"]);
  });

  test("a rise is a new message that lives on, and the old one points to it", async () => {
    const story = new Story({ edit: true });
    await story.tell({ version: 1, severity: "medium" });
    expect(await story.tell({ version: 2, severity: "high" })).toEqual(["post alert@2", "edit moved@2 m1"]);
    expect(await story.tell({ version: 3, severity: "high", count: 9 })).toEqual(["edit alert@3 m2"]);
    expect(await story.tell({ version: 4, severity: "critical" })).toEqual(["post alert@4", "edit moved@4 m2"]);
    expect(await story.counts()).toEqual({ planned: 4, own: 0, delivered: 4, merged: 0, pending: 0, dead: 0 });
  });

  test("a severity that falls and rises again is a rise again", async () => {
    const story = new Story({ edit: true });
    await story.tell({ version: 1, severity: "high" });
    expect(await story.tell({ version: 2, severity: "low" })).toEqual(["edit alert@2 m1"]);
    expect(await story.tell({ version: 3, severity: "high" })).toEqual(["post alert@3", "edit moved@3 m1"]);
  });

  test("an old message that is gone needs no pointer", async () => {
    const story = new Story({ edit: true });
    await story.tell({ version: 1, severity: "low" });
    await story.world.plan("a", { version: 2, severity: "high" });
    await story.requests(({ action }) => (action === "edit" ? { kind: "thread_lost" } : undefined));
    expect(await story.counts()).toMatchObject({ delivered: 2, pending: 0 });
    expect(await story.tell({ version: 3, severity: "high", count: 5 })).toEqual(["edit alert@3 m2"]);
  });

  test("a newer version that comes before the pointer leaves nothing undone", async () => {
    const story = new Story({ edit: true });
    await story.tell({ version: 1, severity: "low" });
    await story.world.plan("a", { version: 2, severity: "high" });
    const post = story.world.sent[1];
    if (!post) throw new Error("no post");
    await story.world.plan("a", { version: 3, severity: "high", count: 8 });
    await story.world.answer(post, { kind: "delivered", ref: "m2" });
    expect(await story.world.deliverAll()).toBeUndefined();
    expect(story.world.sent.map(words)).toEqual(["post alert@1", "post alert@2", "edit alert@3 m2", "edit moved@3 m1"]);
    expect(await story.counts()).toMatchObject({ delivered: 3, merged: 0, pending: 0 });
  });
});

describe("where there is one record per alert", () => {
  test("even a rise is an edit", async () => {
    const story = new Story({ edit: true, record: true });
    await story.tell({ version: 1, severity: "low" });
    expect(await story.tell({ version: 2, severity: "critical" })).toEqual(["edit alert@2 m1"]);
  });
});

describe("where there are threads and no edits", () => {
  test("a version is a reply; urgent ones at once, the others once a minute", async () => {
    const story = new Story({ thread: true });
    await story.tell({ version: 1 });
    expect(await story.tell({ version: 2, count: 2 })).toEqual(["reply update m1"]);
    expect(await story.tell({ version: 3, count: 3 })).toEqual([]);
    expect(await story.tell({ version: 4, severity: "critical", count: 4 })).toEqual(["reply update m1"]);
    expect(await story.counts()).toMatchObject({ delivered: 3, merged: 1, pending: 0 });
  });

  test("a thread that is gone begins anew with the whole alert", async () => {
    const story = new Story({ thread: true });
    await story.tell({ version: 1 });
    await story.world.plan("a", { version: 2, count: 2 });
    const told = await story.requests(({ action }) => (action === "reply" ? { kind: "thread_lost" } : undefined));
    expect(told).toEqual(["reply update m1", "post alert@2"]);
  });
});

describe("what the adapter asks to have remembered", () => {
  test("goes along with every message, also after a crash, until the settings change", async () => {
    const story = new Story({ edit: true });
    await story.world.plan("a", { version: 1 });
    await story.requests(({ attempt }) => (attempt === 1 ? { kind: "retry", reason: "moved", memo: "chat 7" } : undefined));
    expect(story.world.sent.map(({ memo }) => memo)).toEqual([undefined, "chat 7"]);
    await story.world.crash();
    await story.tell({ version: 2, count: 5 });
    expect(story.world.sent.at(-1)?.memo).toBe("chat 7");
    story.world.config = { ...story.world.config, settings: { chat: 8 } };
    await story.tell({ version: 3, count: 6 });
    expect(story.world.sent.at(-1)?.memo).toBeUndefined();
  });
});
