// Settings are shown in the words of the file: what was parsed reads as it was written.
import { expect, it } from "vitest";
import { registries } from "../config/fake-registries.ts";
import { parseTables } from "../config/parse.ts";
import { digestTable, durationText, failoverTable, rateText, ruleTable, templateTable } from "./config-words.ts";

const TEMPLATE = { title: "{{ alert.id }}", summary: "", fields: { User: "{{ alert.data.user }}", Host: "x" } };
const RULE = { name: "urgent", when: "alert.severity_id >= HIGH", to: ["soc"], stop: true, enabled: true, template: TEMPLATE };
const DESTINATION = {
  rate: "30/m",
  digest: { after: 5, every: "2m", max: 9 },
  failover: { to: "soc", failures: 3, after: "90s" },
  template: TEMPLATE,
};

it("what was parsed reads as it was written", () => {
  const { config, problems } = parseTables(
    {
      destinations: { wall: { type: "box", ...DESTINATION }, soc: { type: "box" } },
      routes: {
        prod: { id: "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11", source: "bell", rules: [RULE, { ...RULE, name: "b", template: undefined }] },
      },
    },
    registries,
    { local: true },
  );
  expect(problems).toEqual([]);
  const [wall] = config.destinations;
  if (!wall?.rate || !wall.failover || !wall.template) throw new Error("not parsed");
  const shown = {
    rate: rateText(wall.rate),
    digest: digestTable(wall.digest),
    failover: failoverTable(wall.failover),
    template: templateTable(wall.template),
  };
  // As text, since the order of fields counts.
  expect(JSON.stringify(shown)).toBe(JSON.stringify(DESTINATION));
  expect(config.routes[0]?.rules.map(ruleTable)).toEqual([RULE, { ...RULE, name: "b", template: undefined }]);
});

it.each([
  [1, "1ms"],
  [90_000, "90s"],
  [120_000, "2m"],
  [86_400_000, "1d"],
])("%i ms are %s", (ms, text) => {
  expect(durationText(ms)).toBe(text);
});
