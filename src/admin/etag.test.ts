import { describe, expect, test } from "vitest";
import { etagOf, notModified, preconditionFailed } from "./etag.ts";

const TAG = etagOf("[relay]\n");
const headers = (name: string, value?: string) => new Headers(value === undefined ? {} : { [name]: value });

test("a tag is a quoted text that differs with what it stands for", () => {
  expect(TAG).toMatch(/^"[0-9a-f]{32}"$/);
  expect(etagOf("[relay]\n")).toBe(TAG);
  expect(etagOf("[relay]")).not.toBe(TAG);
});

describe("a copy", () => {
  test.each([TAG, `W/${TAG}`, `"other", ${TAG}`, "*"])("is the newest with %s", (value) => {
    const answer = notModified(headers("if-none-match", value), TAG);
    expect(answer?.status).toBe(304);
    expect(answer?.headers.get("etag")).toBe(TAG);
  });

  test.each([undefined, '"other"', TAG.slice(1, -1), ""])("is sent with %s", (value) => {
    expect(notModified(headers("if-none-match", value), TAG)).toBeUndefined();
  });
});

describe("a change", () => {
  test.each([undefined, TAG, "*", `"other", ${TAG}`])("is made with %s", (value) => {
    expect(preconditionFailed(headers("if-match", value), TAG)).toBeUndefined();
  });

  // A weak tag proves nothing about what is replaced.
  test.each(['"other"', `W/${TAG}`, ""])("is refused with %s", async (value) => {
    const answer = preconditionFailed(headers("if-match", value), TAG);
    expect(answer?.status).toBe(412);
    expect(answer?.headers.get("etag")).toBe(TAG);
    expect(await answer?.json()).toMatchObject({ status: 412, title: "Precondition failed" });
  });
});
