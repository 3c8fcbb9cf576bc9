import { describe, expect, test } from "vitest";
import { bodyBytes, readBytes, readText } from "./body.ts";

/** A stream of pieces that says how much of it was read, and whether it was cancelled. */
function stream(sizes: number[]) {
  const seen = { read: 0, cancelled: false };
  const left = [...sizes];
  const source = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const size = left.shift();
        if (size === undefined) return controller.close();
        seen.read += size;
        controller.enqueue(new Uint8Array(size).fill(65));
      },
      cancel() {
        seen.cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { source, seen };
}
const request = (body: ReadableStream | string, headers: Record<string, string> = {}) =>
  new Request("https://relay.example/", { method: "POST", body, headers, duplex: "half" } as RequestInit);

describe("bytes of a stream", () => {
  test("up to the limit are all there", async () => {
    expect((await readBytes(stream([4, 0, 6]).source, 10))?.byteLength).toBe(10);
    expect(await readBytes(null, 10)).toEqual(new Uint8Array(0));
    expect(await readBytes(stream([3]).source, 3)).toEqual(new Uint8Array([65, 65, 65]));
  });

  test("one more and there are none, and the rest is not read", async () => {
    const { source, seen } = stream([4, 7, 1_000_000]);
    expect(await readBytes(source, 10)).toBeUndefined();
    expect(seen).toEqual({ read: 11, cancelled: true });
  });
});

describe("a body", () => {
  test("is counted as it comes where no length is declared", async () => {
    expect((await bodyBytes(request(stream([5, 5]).source), 10))?.byteLength).toBe(10);
    expect(await bodyBytes(request(stream([5, 6]).source), 10)).toBeUndefined();
  });

  test("that declares too much is not read at all", async () => {
    const { source, seen } = stream([5]);
    expect(await bodyBytes(request(source, { "content-length": "11" }), 10)).toBeUndefined();
    expect(seen.read).toBe(0);
  });

  test("is no smaller for a declared length that lies", async () => {
    expect(await bodyBytes(request(stream([5, 6]).source, { "content-length": "1" }), 10)).toBeUndefined();
    expect((await bodyBytes(request(stream([5, 5]).source, { "content-length": "1" }), 10))?.byteLength).toBe(10);
    expect(await bodyBytes(request(stream([5, 6]).source, { "content-length": "nonsense" }), 10)).toBeUndefined();
    expect(await bodyBytes(request(stream([5, 6]).source, { "content-length": "-1" }), 10)).toBeUndefined();
  });

  test("of an answer is text, or nothing when it is too long", async () => {
    expect(await readText(new Response("héllo"), 6)).toBe("héllo");
    expect(await readText(new Response("héllo"), 5)).toBeUndefined();
    expect(await readText(new Response(null), 5)).toBe("");
  });
});
