import { describe, expect, test } from "vitest";
import type { Json } from "../../alert.ts";
import { ok } from "../../outcome.ts";
import type { WritingApi } from "../source.ts";
import sekoia from "./source.ts";

const UUID = "5d41402a-bc4b-4a76-b971-9d911017c592";

/** What an API hears. */
function hearing(): { api: WritingApi; heard: [string, string, Json][] } {
  const heard: [string, string, Json][] = [];
  const send: WritingApi["send"] = async (...call) => {
    heard.push(call);
    return ok(null);
  };
  return { api: { get: async () => ok(null), send }, heard };
}

describe("what SEKOIA.IO is told", () => {
  test.each([
    ["in_progress", "937bdabf-6a08-434b-b6d3-d7447e4e452a"],
    ["suppressed", "ade85d7b-7507-4026-bfc6-cc006d10ddac"],
    ["resolved", "1390be4e-ced8-4dd6-9bed-573471b235ab"],
  ] as const)("%s is an action of the alert's workflow, with the words as its comment", async (status, action_uuid) => {
    const { api, heard } = hearing();
    expect(await sekoia.writeBack?.write({ key: `alert:${UUID}`, status, note: "said" }, api)).toEqual(ok(null));
    expect(heard).toEqual([["PATCH", `/v1/sic/alerts/${UUID}/workflow`, { action_uuid, comment: "said" }]]);
  });

  test("a comment alone is one of the alert's comments", async () => {
    const { api, heard } = hearing();
    await sekoia.writeBack?.write({ key: `alert:${UUID}`, note: "said" }, api);
    expect(heard).toEqual([["POST", `/v1/sic/alerts/${UUID}/comments`, { content: "said", author: "Tocsin" }]]);
  });

  test.each([
    ["a status that it has no action for", { key: `alert:${UUID}`, status: "new", note: "x" }],
    ["a case", { key: `case:${UUID}`, status: "resolved", note: "x" }],
    ["an alert without a UUID", { key: "alert:../../v1/me", status: "resolved", note: "x" }],
  ] as const)("nothing of %s", async (_what, change) => {
    const { api, heard } = hearing();
    expect(await sekoia.writeBack?.write(change, api)).toMatchObject({ ok: false, reason: { kind: "unsupported" } });
    expect(heard).toEqual([]);
  });

  test("nothing unless the route asks for it", () => {
    expect(sekoia.writeBack?.isWanted({})).toBe(false);
    expect(sekoia.writeBack?.isWanted({ write_back: true })).toBe(true);
    expect(sekoia.settings.safeParse({ write_back: "yes" }).success).toBe(false);
  });
});
