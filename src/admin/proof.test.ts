// What is told of a route's proof, for every way there is and for every source that is registered.
import { describe, expect, test } from "vitest";
import type { Auth } from "../config/model.ts";
import { sources } from "../sources/index.ts";
import type { Proof } from "../sources/source.ts";
import { proofsOf } from "./proof.ts";

const header: Auth = { type: "header", name: "X-Key", value: "secret:K" };
const proving = (proof: Proof) => ({ proof: () => proof });

describe("how a route's senders are proved", () => {
  test.each([
    [undefined, "path", ["path"]],
    [header, "path", ["header"]],
    [undefined, "signature", ["signature"]],
    [header, "secret in the body", ["header", "secret in the body"]],
  ] as const)("auth %j with a source whose proof is %s", (auth, proof, told) => {
    expect(proofsOf({ auth, settings: {} }, proving(proof))).toEqual(told);
  });

  test.each([...sources.values()].map((source) => [source.type, source] as const))("%s, with the settings of its example", (_, source) => {
    expect(proofsOf({ settings: source.settings.parse(source.example) }, source)).toHaveLength(1);
  });
});
