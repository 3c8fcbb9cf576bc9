import { describe, expect, test } from "vitest";
import { byNewest, decodeCursor, encodeCursor, pageOf } from "./cursor.ts";
import { behindIn } from "./queries/log.ts";

const position = { at: "2026-11-21T14:00:00.000Z", id: "soc.prod.5d41402abc4b2a7600000000.3" };

describe("a cursor", () => {
  test("comes back as it went", () => {
    expect(decodeCursor(encodeCursor(position))).toEqual(position);
    expect(encodeCursor(position)).toMatch(/^[\w-]+$/);
  });

  test.each([
    "",
    "abc",
    "!!",
    "x".repeat(2_000),
    encodeCursor({ at: "yesterday", id: "x" }),
    encodeCursor({ at: position.at, id: "" }),
    Buffer.from("[1,2]").toString("base64url"),
    Buffer.from('["2026-11-21T14:00:00.000Z"]').toString("base64url"),
    Buffer.from('{"at":1}').toString("base64url"),
  ])("that we never made is refused: %s", (text) => {
    expect(decodeCursor(text)).toBeUndefined();
  });
});

describe("a page", () => {
  const items = ["c", "b", "a"].map((id) => ({ at: position.at, id }));
  const same = (item: (typeof items)[number]) => item;

  test("ends with null when there is no more", () => {
    expect(pageOf(items, 3, same)).toEqual({ items, next: null });
    expect(pageOf([], 3, same)).toEqual({ items: [], next: null });
  });

  test("names its last item when there is more", () => {
    const page = pageOf(items, 2, same);
    expect(page.items).toHaveLength(2);
    expect(decodeCursor(page.next ?? "")).toEqual({ at: position.at, id: "b" });
  });

  test("is newest first, ties by id", () => {
    const older = { at: "2026-11-21T13:00:00.000Z", id: "z" };
    expect([older, ...items.toReversed()].sort(byNewest)).toEqual([...items, older]);
  });
});

describe("the log's cursor", () => {
  const behind = (ledger: string) => behindIn(ledger, { at: position.at, id: "ledger:prod:1#3" });
  const at = Date.parse(position.at);

  test("goes on behind its entry in its own ledger", () => {
    expect(behind("ledger:prod:1")).toEqual({ at, n: 3 });
  });

  test("goes on within its moment in ledgers that come after its own, and behind it in those before", () => {
    expect(behind("ledger:prod:0")).toEqual({ at, n: Number.MAX_SAFE_INTEGER });
    expect(behind("ledger:zeta:0")).toEqual({ at, n: 0 });
  });
});
