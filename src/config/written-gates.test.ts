// What is told of a rule's gates is what a file may say, and says the same.
import { expect, it } from "vitest";
import { registries } from "./fake-registries.ts";
import { parseTables } from "./parse.ts";
import { writtenGates } from "./written-gates.ts";

const HOURS = { zone: "Europe/Paris", days: ["mon", "tue"], from: "22:00", to: "06:30" };

function ruleOf(gates: object) {
  const rule = { name: "one", to: ["soc"], ...gates };
  const { config, problems } = parseTables(
    {
      lists: { days_off: ["2026-12-25"] },
      destinations: { soc: { type: "box" }, night: { type: "box" } },
      routes: { prod: { id: "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11", source: "bell", rules: [rule] } },
    },
    registries,
    { local: true },
  );
  expect(problems).toEqual([]);
  const [parsed] = config.routes[0]?.rules ?? [];
  if (!parsed) throw new Error("no rule");
  return parsed;
}

it.each<[string, object]>([
  ["no gates", {}],
  ["mute for good", { mute: true }],
  ["mute for a while", { mute: "90s" }],
  ["hours", { hours: { ...HOURS, outside: "hold" } }],
  ["hours with a list of holidays", { hours: { ...HOURS, holidays: "days_off", outside: "digest" } }],
  ["hours with another destination", { hours: { ...HOURS, holidays: ["2026-12-25"], outside: "night" } }],
  ["threshold", { threshold: { count: 10, within: "5m" } }],
  ["threshold with everything", { threshold: { count: 2, within: "7d", by: ["asset.ip"], title: "x", severity: "high", tags: ["a"] } }],
  ["unless", { unless: { when: "true", within: "10m", by: ["asset.name", "rule.name"] } }],
  ["group", { group: { by: ["tag"], wait: "30s", interval: "1h" } }],
  [
    "escalate",
    {
      escalate: [
        { after: "5m", ping: "@here" },
        { after: { high: "1h", critical: "20m" }, to: ["night"], ping: { critical: "@all" }, every: "30m" },
      ],
    },
  ],
])("%s", (_, gates) => {
  expect(writtenGates(ruleOf(gates))).toEqual(gates);
});
