import { describe, expect, test } from "vitest";
import type { FieldMask } from "../config/mask.ts";
import { parsePath } from "../lib/json-path.ts";
import { sources } from "../sources/index.ts";
import type { ParseContext } from "../sources/source.ts";
import { readMasked } from "./masked.ts";

const RECEIVED_AT = Date.UTC(2026, 10, 20, 12);
const field = (path: string, as: FieldMask["as"] = "mask"): FieldMask => {
  const steps = parsePath(path);
  if (!steps.ok) throw new Error(steps.reason.message);
  return { path, as, steps: steps.value };
};
function read(type: string, body: object, fields: FieldMask[], key?: string) {
  const source = sources.get(type);
  if (!source) throw new Error(type);
  const settings = type === "generic" ? source.settings.parse({ mapping: { title: "title", id: "id", observables: ["user"] } }) : {};
  const context: ParseContext<unknown> = { settings, receivedAt: RECEIVED_AT };
  const { parsed, found } = readMasked(source, structuredClone(body) as never, context, { fields, key: "secret:K" }, key);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.reason));
  const events = parsed.value.flatMap((entry) => (entry.kind === "event" ? [entry.event] : []));
  return { events, found, text: JSON.stringify(parsed.value) };
}
const claimOf = (...given: Parameters<typeof read>) => read(...given).events[0]?.claim;

describe("a masked body", () => {
  test("is all that the source reads: neither the alert nor the payload has what was masked, wherever it stood", () => {
    const body = { title: "Login of ana@example.com", id: 7, user: "ana@example.com", note: "ANA@example.com again" };
    const { events, text, found } = read("generic", body, [field("user")]);
    expect(text).not.toMatch(/ana@/i);
    expect(events[0]).toMatchObject({ patch: { title: "Login of [masked]" }, payload: { user: "[masked]", note: "[masked] again" } });
    expect(found).toEqual([1]);
  });

  test("whose list has a stranger hides what is masked in that one too", () => {
    const list = [{ alert_id: "a-1", nothing: "known", user: "ana-4711" }];
    expect(read("ntopng", { version: "0.3", alerts: [...list, 7] }, [field("**.user")]).text).not.toContain("ana-4711");
  });
});

describe("what recognises a redelivery", () => {
  const ana = { text: "login failed", user: "ana-4711" };
  const ben = { text: "login failed", user: "ben-4712" };
  const masks = [field("user")];

  test("tells two events apart that differ in a masked value alone, under the key", () => {
    expect(claimOf("text", ana, masks, "key")).toBe(claimOf("text", ana, masks, "key"));
    expect(claimOf("text", ana, masks, "key")).not.toBe(claimOf("text", ben, masks, "key"));
  });

  test("is made of the masked body where there is no key, so that it cannot be tried out", () => {
    expect(claimOf("text", ana, masks)).toBe(claimOf("text", ben, masks));
  });

  test("is not the plain hash of what was masked, and is another under another key", () => {
    const plain = claimOf("text", ana, []);
    expect(claimOf("text", ana, masks, "key")).not.toBe(plain);
    expect(claimOf("text", ana, masks, "key")).not.toBe(claimOf("text", ana, masks, "another key"));
  });

  test("keeps to the vendor's own id, also where a mask takes that away", () => {
    const event = { title: "t", id: "id-123456" };
    expect(claimOf("generic", event, masks, "key")).toBe(claimOf("generic", { ...event, title: "other" }, masks, "key"));
    const { events } = read("generic", event, [field("id")], "key");
    expect(events[0]).toMatchObject({ identified: true, payload: { id: "[masked]" } });
  });
});
