import { describe, expect, it } from "vitest";
import * as z from "zod";
import { type Adapter, parseTables, type Registries } from "./parse.ts";
import { parseRows } from "./rows.ts";

const settings = z.strictObject({ by: z.string().optional() });
const post = {
  settings,
  transport: {
    kind: "custom" as const,
    needs: (own: unknown) => (settings.parse(own).by === undefined ? "POST_OFFICE" : undefined),
    missing: (binding: string) => `add ${binding} to wrangler.toml, or set by`,
  },
};
const plain = { settings, transport: { kind: "custom" as const, needs: () => "OTHER" } };
const registries: Registries = {
  sources: new Map(),
  destinations: new Map<string, Adapter>([
    ["post", post],
    ["plain", plain],
  ]),
  enrichers: new Map(),
};
const none = () => false;

describe("a destination whose binding is missing", () => {
  const problems = (destination: object, bindings?: (name: string) => boolean) =>
    parseTables({ destinations: { out: destination } }, registries, { local: true, bindings }).problems;

  it("is refused, with what to do", () => {
    expect(problems({ type: "post" }, none)).toEqual([
      {
        path: ["destinations", "out", "type"],
        message: "needs the binding POST_OFFICE, which this Worker does not have",
        instead: "add POST_OFFICE to wrangler.toml, or set by",
      },
    ]);
    expect(problems({ type: "plain" }, none)).toMatchObject([{ instead: "add it to wrangler.toml" }]);
  });

  it("is right where the binding is there, where it needs none, and where nobody asks", () => {
    expect(problems({ type: "post" }, (name) => name === "POST_OFFICE")).toEqual([]);
    expect(problems({ type: "post", by: "hand" }, none)).toEqual([]);
    expect(problems({ type: "post" })).toEqual([]);
    // What is wrong otherwise is told first.
    expect(problems({ type: "post", by: 1 }, none)).toMatchObject([{ path: ["destinations", "out", "by"] }]);
  });

  it("is left out alone when it stands in D1", () => {
    const others = { relay: [], routes: [], enrichers: [], lists: [], inhibitions: [] };
    const rows = { version: 1, ...others, destinations: [{ name: "out", type: "post", settings: "{}" }] };
    const config = parseRows(rows, registries, { local: true, bindings: none });
    expect(config.destinations).toEqual([]);
    expect(config.broken).toMatchObject([{ kind: "destination", name: "out", problem: expect.stringContaining("POST_OFFICE") }]);
  });
});
