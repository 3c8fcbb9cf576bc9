// The examples, run by the suite that every source passes, and how their vendors prove themselves.
import { createHmac } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatProblems } from "../../../cli/toml.ts";
import { describeSource, loadFixtures } from "../../../test/support/describe-source.ts";
import type { Json } from "../../alert.ts";
import type { Route } from "../../config/model.ts";
import { parseTables } from "../../config/parse.ts";
import { parseConfigText } from "../../config/toml.ts";
import { destinations } from "../../destinations/index.ts";
import { enrichers } from "../../enrichers/index.ts";
import { authenticate } from "../../intake/authenticate.ts";
import { fail } from "../../outcome.ts";
import { sources } from "../index.ts";
import type { ParseContext } from "../source.ts";
import type { GenericSettings } from "./settings.ts";
import generic from "./source.ts";

const place = (path: string): URL => new URL(`./${path}`, import.meta.url);
const text = (path: string): string => readFileSync(fileURLToPath(place(path).href), "utf8");
const names = readdirSync(fileURLToPath(place("examples").href)).map((file) => file.replace(".toml", ""));

/** The route of an example, read as for a deployment. */
function exampleRoute(name: string): Route {
  const file = parseConfigText(text(`examples/${name}.toml`));
  if (!file.ok) throw new Error(file.reason.message);
  const { config, problems } = parseTables(file.value.document, { sources, destinations, enrichers }, { local: false });
  expect(formatProblems(name, problems, file.value.locate)).toEqual([]);
  const [route] = config.routes;
  if (route === undefined) throw new Error(`${name} has no route`);
  return route;
}

const contextOf = ({ settings, console, severityMap }: Route): ParseContext<GenericSettings> => ({
  settings: settings as GenericSettings,
  console,
  severityMap,
  receivedAt: Date.UTC(2026, 10, 20, 12),
});

const graph = exampleRoute("msgraph").settings as GenericSettings;
const notification = loadFixtures(place("fixtures/msgraph/"))["change-notification"] ?? null;
const bodySecret = {
  settings: { ...graph, body_secret: { at: "clientState", value: "example-client-state" } },
  secret: "example-client-state",
  body: notification,
};

describe.each(names)("the example %s", (name) => {
  describeSource(generic, { fixtures: place(`fixtures/${name}/`), context: contextOf(exampleRoute(name)), bodySecret });

  test("stands in the README", () => expect(text("README.md")).toContain(text(`examples/${name}.toml`)));

  test("refuses what the others send", () => {
    for (const other of names.filter((one) => one !== name)) {
      for (const [fixture, body] of Object.entries(loadFixtures(place(`fixtures/${other}/`)))) {
        // Both have a title at the top, and a title alone is an alert.
        if ([name, other].sort().join() === "apprise,panther") continue;
        expect([fixture, generic.parse(body, contextOf(exampleRoute(name)))]).toEqual([
          fixture,
          fail({ where: expect.any(String), expected: expect.any(String) }),
        ]);
      }
    }
  });

  test("says where its mapping finds nothing, and never throws", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const remarks = generic.remarks?.(JSON.parse(JSON.stringify(value)) as Json, contextOf(exampleRoute(name))) ?? [];
        for (const remark of remarks) expect(remark).toMatch(/^mapping\.[\w.[\]]+: ./);
      }),
      { numRuns: 200 },
    );
  });
});

test("the route that the README begins with is valid", () => {
  const [, block = ""] = /```toml\n([\s\S]*?)```/.exec(text("README.md").replace(/^ {3}/gm, "")) ?? [];
  const file = parseConfigText(block);
  expect(file.ok && parseTables(file.value.document, { sources, destinations, enrichers }, { local: false }).problems).toEqual([]);
});

describe("the handshake of Microsoft Graph", () => {
  const shake = (query: string, body = "") =>
    generic.handshake?.({ query: new URLSearchParams(query), bytes: new TextEncoder().encode(body) }, graph);
  // The token as Graph writes it, decoded: https://learn.microsoft.com/en-us/graph/change-notifications-delivery-webhooks
  const TOKEN = "Validation: Testing client application reachability for subscription Request-Id: 522a8e7e-096a-494c-aaf1-ac0dcfca45b7";

  test("sends the token back as plain text", () =>
    expect(shake(`validationToken=${encodeURIComponent(TOKEN)}`)).toEqual({ contentType: "text/plain; charset=utf-8", body: TOKEN }));

  test.each([
    "",
    "other=x",
    "validationToken=",
    `validationToken=${"x".repeat(2_001)}`,
    "validationToken=%3Cscript%3E",
    "validationToken=a%0Ab",
  ])("nothing else: %s", (query) => expect(shake(query)).toBeUndefined());

  test("a notification is never taken for one", () => expect(shake("validationToken=x", JSON.stringify(notification))).toBeUndefined());
});

describe("the signature of PagerDuty", () => {
  const { auth } = exampleRoute("pagerduty");
  const KEYS = { PAGERDUTY_WEBHOOK_SECRET: "lDQHScfUeXUKaQRNF+8XIiDKZ7XX3itBAYzwU0TARw8lJqRnkKl2iB1anSb0Z+IK" };
  const body = new TextEncoder().encode(text("fixtures/pagerduty/incident-triggered.json"));
  const sign = (key: string) => `v1=${createHmac("sha256", key).update(body).digest("hex")}`;
  const opens = (header: string, bytes = body) =>
    authenticate(auth, new Headers({ "X-PagerDuty-Signature": header }), bytes, KEYS, 1_700_000_000_000);

  test("one of several is enough", async () => {
    expect(await opens(sign(KEYS.PAGERDUTY_WEBHOOK_SECRET))).toBe(true);
    expect(await opens(`${sign("a new key")},${sign(KEYS.PAGERDUTY_WEBHOOK_SECRET)}`)).toBe(true);
  });

  test("none of them is not, nor one over other bytes or of another version", async () => {
    const right = sign(KEYS.PAGERDUTY_WEBHOOK_SECRET);
    for (const header of [
      "",
      sign("a new key"),
      `${sign("x")},${sign("y")}`,
      right.replace("v1=", "v2="),
      right.slice(3),
      right.slice(0, -1),
    ])
      expect(await opens(header)).toBe(false);
    expect(await opens(right, body.with(5, 0x20))).toBe(false);
  });
});
