// Small parts of the configuration verbs: settings on a command line, addresses that change, secrets that are named, vendors' pages.
import { Command } from "commander";
import { describe, expect, it } from "vitest";
import { formerIds, rotated } from "../../src/config/former-ids.ts";
import { Refusal } from "../frame/errors.ts";
import { registries } from "../registries.ts";
import { secretsNamed } from "./secret-names.ts";
import { type Settings, setOption, withExample } from "./settings.ts";
import { vendorSteps } from "./vendor-steps.ts";

describe("--set", () => {
  const read = (...args: string[]): Settings => {
    const command = new Command()
      .exitOverride()
      .configureOutput({ writeErr: () => {} })
      .addOption(setOption("a setting"));
    command.parse(
      args.flatMap((arg) => ["--set", arg]),
      { from: "user" },
    );
    return command.opts<{ set: Settings }>().set;
  };

  it("takes text as it is, and TOML as what it says", () => {
    expect(
      read(
        "token=secret:TOKEN",
        "api=https://a.example/?x=1",
        "allow_raw=true",
        "n=5",
        'list=["a", "b"]',
        "map={ a = 1 }",
        'quoted="5"',
        "empty=",
        "rate=5/s",
      ),
    ).toEqual({
      token: "secret:TOKEN",
      api: "https://a.example/?x=1",
      allow_raw: true,
      n: 5,
      list: ["a", "b"],
      map: { a: 1 },
      quoted: "5",
      empty: "",
      rate: "5/s",
    });
  });

  it.each(["token", "=x", "a b=x"])("refuses %j", (arg) => {
    expect(() => read(arg)).toThrow("It must be KEY=VALUE");
  });

  it("is explained by the adapter's example, where its settings were refused", () => {
    const told = withExample(new Refusal("url: is missing", { hint: "x" }), "slack", { url: "secret:SLACK", ping: { high: "a" } });
    expect(told).toMatchObject({
      message: "url: is missing",
      hint: `Settings of slack look like: --set url=secret:SLACK --set ping='{"high":"a"}'`,
    });
    const other = new Error("something else");
    expect(withExample(other, "slack", { url: "x" })).toBe(other);
  });
});

describe("a rotated route", () => {
  const now = Date.UTC(2026, 10, 21, 12);
  const day = 86_400_000;

  it("keeps its old id for a while, and drops what has had its time", () => {
    const table = {
      id: "OLD",
      former_ids: [
        { id: "older", until: new Date(now + day) },
        { id: "oldest", until: "2026-01-01T00:00:00Z" },
      ],
    };
    const values = rotated(table, "new", 7 * day + 300, now);
    expect(values.id).toBe("new");
    expect(formerIds(values)).toEqual([
      { id: "older", until: new Date(now + day) },
      // To the second, and never sooner than was said.
      { id: "old", until: new Date(now + 7 * day + 1_000) },
    ]);
  });

  it("has none left where the old id ends at once", () => {
    expect(rotated({ id: "old" }, "new", 0, now)).toEqual({ id: "new", former_ids: undefined });
  });
});

it("secrets are named wherever they stand, each once", () => {
  const text = `[relay]
mask_key = "secret:B"
[destinations.a]
type = "webhook"
url = "secret:A.url"
headers = { x = "secret:B" }
[routes.r]
auth = { type = "hmac", secrets = ["secret:A.key", "plain"] }
`;
  expect(secretsNamed(text)).toEqual([
    { name: "A", used: ["destinations.a.url", "routes.r.auth.secrets[0]"] },
    { name: "B", used: ["relay.mask_key", "destinations.a.headers.x"] },
  ]);
});

it("every source's page begins with what to do on the vendor's side, with the address in it where it is needed", () => {
  const id = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";
  const route = { name: "mine", id, address: `https://relay.example.com/hooks/${id}` };
  for (const [type] of registries.sources) {
    const steps = vendorSteps(type, route).join("\n");
    expect([type, steps.length > 200]).toEqual([type, true]);
    expect(steps).not.toContain("YOUR-RELAY/hooks/THE-ROUTE-ID");
    expect(steps).not.toMatch(/^## /m);
  }
  const steps = vendorSteps("sekoia", route).join("\n");
  expect(steps).toContain(route.address);
  expect(steps).toContain(`   [routes.mine]\n   id = "${id}"\n`);
  expect(steps).not.toContain("Add the route");
});
