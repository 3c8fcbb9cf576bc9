// A status and a comment back to the source, with the simulated SEKOIA.IO API: what people do here stands there, with who did it; and the
// notifications that SEKOIA.IO then sends of it make no message.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createdThin, incident, type SampleNotification, statuses } from "../../demo/sekoia-samples.ts";
import { type Stack, startStack } from "../support/stack.ts";

const ROUTE = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a55";
let stack: Stack;

beforeAll(async () => {
  stack = await startStack({
    secrets: ({ api }) => ({ SEKOIA_TOKEN: api.token }),
    config: ({ chats, api }) => ({
      destinations: { war: { type: "discord", url: chats.discord("war").url, rate: "100/s" } },
      routes: {
        prod: {
          id: ROUTE,
          source: "sekoia",
          api: api.url,
          token: "secret:SEKOIA_TOKEN",
          api_rate: "100/s",
          write_back: true,
          rules: [{ name: "all", to: ["war"] }],
        },
      },
    }),
  });
});
afterAll(() => stack?.stop());

/** An alert that the chat shows: its id here, and at the source. */
async function shown(number: number): Promise<{ id: string; uuid: string; shortId: string }> {
  const one = incident(number, "write-back");
  stack.api.put(one.alert);
  const answer = await stack.hook(ROUTE, createdThin(one));
  const { results } = (await answer.json()) as { results: { alert: string }[] };
  await stack.settled();
  return { id: results[0]?.alert ?? "", uuid: one.alert.uuid, shortId: one.alert.short_id };
}

/** A notification as SEKOIA.IO sends it of what an API key did. */
const notified = (type: string, action: string, attributes: Record<string, unknown>): SampleNotification => ({
  type,
  action,
  attributes,
  metadata: { version: 2, uuid: randomUUID(), created_at: new Date().toISOString() },
});
const wrote = () => stack.api.requests.filter(({ method }) => method !== "GET");
const set = (id: string, change: Record<string, string>) =>
  stack.call(`/api/alerts/${id}/status`, { method: "POST", body: JSON.stringify(change), headers: { "content-type": "application/json" } });
const versionOf = async (id: string) => (await stack.get<{ alert: { version: number } }>(`/api/alerts/${id}`)).alert.version;
const decisions = async (id: string) =>
  (await stack.get<{ trace: { decision: string; reason: string }[] }>(`/api/alerts/${id}`)).trace.map(
    ({ decision, reason }) => `${decision}: ${reason}`,
  );
const messages = () => stack.chats.discord("war").visible();

test("an acknowledgement with its comment reaches the source, and its notifications of it make no message", async () => {
  const { id, uuid, shortId } = await shown(1);
  expect((await set(id, { status: "in_progress", comment: "a drill" })).status).toBe(200);
  await expect.poll(wrote).toMatchObject([
    {
      method: "PATCH",
      path: `/v1/sic/alerts/${uuid}/workflow`,
      status: 200,
      body: { action_uuid: "937bdabf-6a08-434b-b6d3-d7447e4e452a", comment: "a drill (admin, through Tocsin)" },
    },
  ]);
  await expect.poll(() => decisions(id)).toContain("written_back: the source was told, and took it");
  await stack.settled();
  const version = await versionOf(id);
  const before = structuredClone(messages());
  expect(before.at(-1)?.raw).toContain("acknowledged by admin");
  const updated = { status: statuses.Acknowledged, status_name: "Acknowledged" };
  await stack.hook(ROUTE, notified("alert", "updated", { uuid, short_id: shortId, updated }));
  const comment = { uuid: randomUUID(), alert_uuid: uuid, alert_short_id: shortId, content: "a drill (admin, through Tocsin)" };
  await stack.hook(ROUTE, notified("alert-comment", "created", { ...comment, created_by: randomUUID(), created_by_type: "apikey" }));
  const books = await stack.settled();
  expect(books.routes).toMatchObject([{ accepted: 3, processing: 0 }]);
  expect(await versionOf(id)).toBe(version);
  expect(messages()).toEqual(before);
});

test("what somebody does there afterwards is news", async () => {
  const { id, uuid, shortId } = await shown(2);
  await set(id, { status: "in_progress" });
  await expect.poll(() => decisions(id)).toContain("written_back: the source was told, and took it");
  const closed = { status: statuses.Closed, status_name: "Closed" };
  stack.api.put({ ...incident(2, "write-back").alert, status: { uuid: statuses.Closed, name: "Closed", description: "" } });
  await stack.hook(ROUTE, notified("alert", "updated", { uuid, short_id: shortId, updated: closed }));
  await stack.settled();
  expect(messages().at(-1)?.raw).toMatch(/resolved/i);
});

test("a comment alone is a comment there", async () => {
  const { id, uuid } = await shown(3);
  const count = wrote().length;
  await set(id, { comment: "asking IT" });
  await expect
    .poll(() => wrote().slice(count))
    .toMatchObject([
      {
        method: "POST",
        path: `/v1/sic/alerts/${uuid}/comments`,
        status: 200,
        body: { content: "asking IT (admin, through Tocsin)", author: "Tocsin" },
      },
    ]);
});

test("a key that may only read is said to be refused, and what was done here stands", async () => {
  const { id } = await shown(4);
  stack.api.fail({ method: "PATCH", status: 403 });
  await set(id, { status: "in_progress" });
  const reason = "the source's API refused to be told (status 403): our key lacks the permission to change alerts";
  await expect.poll(() => decisions(id)).toContain(`write_back_waits: ${reason}`);
  expect((await stack.get<{ alert: { status: string } }>(`/api/alerts/${id}`)).alert.status).toBe("in_progress");
  stack.api.fail();
});

test("what the source has no action for is said, once", async () => {
  const { id } = await shown(5);
  const count = wrote().length;
  await set(id, { status: "in_progress" });
  await expect.poll(() => wrote().length).toBe(count + 1);
  await set(id, { status: "new" });
  await expect.poll(() => decisions(id)).toContain("not_written_back: SEKOIA.IO has no action that takes an alert back to Pending");
  expect(wrote()).toHaveLength(count + 1);
});
