// What is particular to Falco; what every source does is in the shared suite, with the golden files in fixtures/.
import { describe, expect, test } from "vitest";
import { describeSource, firstEvent, loadFixtures } from "../../../test/support/describe-source.ts";
import type { Json, Severity } from "../../alert.ts";
import { parseJson } from "../../lib/json.ts";
import { fail, ok } from "../../outcome.ts";
import falco from "./source.ts";

const folder = new URL("./fixtures/", import.meta.url);
const fixtures = loadFixtures(folder);

describeSource(falco, { fixtures: folder });

const parse = (body: Json, severityMap?: Record<string, Severity>) => falco.parse(body, { settings: {}, severityMap, receivedAt: 0 });

const eventOf = (body: Json | undefined, severityMap?: Record<string, Severity>) => firstEvent(parse(body ?? null, severityMap));

const event = (fields: Record<string, Json> = {}, output: Record<string, Json> = {}): Json => ({
  rule: "A rule",
  priority: "Warning",
  output: "12:00:00.000000001: Warning Something happened (user=root)",
  time: "2026-11-20T12:00:00.000000001Z",
  hostname: "node-1",
  source: "syscall",
  output_fields: { "user.name": "root", "container.id": "host", ...output },
  ...fields,
});

describe("the body", () => {
  test.each([
    null,
    [null],
    "x",
    {},
    { rule: { id: "5763", level: 10 }, agent: { id: "1" } },
    { rule: "x", priority: "high" },
    { priority: "Notice", output: "x" },
    { rule: "x", output: "y" },
    { text: "16:31:56.7: Error File below" },
  ])("%j is refused", (body) =>
    expect(parse(body as Json)).toEqual(fail({ where: expect.stringMatching(/rule$/), expected: expect.any(String) })),
  );

  test("an empty list, and what Falcosidekick's /test sends, are tests", () => {
    expect(parse([])).toEqual(ok([{ kind: "test" }]));
    expect(parse(fixtures["sidekick-test"] ?? null)).toEqual(ok([{ kind: "test" }]));
  });

  test("one bad entry of a list is shown, the others go on", () => {
    const parsed = parse([event(), 1]);
    expect(parsed.ok && parsed.value.map((entry) => entry.kind === "event" && entry.event.type)).toEqual(["syscall", "unparsed"]);
  });

  test("the text may be missing where the fields are there (json_include_output_property: false)", () => {
    const { output: _, ...rest } = event() as Record<string, Json>;
    expect(eventOf(rest).patch.title).toBe("A rule: node-1");
  });
});

describe("nanoseconds", () => {
  test("come through the intake with every digit", () => {
    const body = parseJson(
      new TextEncoder().encode('{"rule":"r","priority":"Error","output":"o","output_fields":{"evt.time":1507591916746609047}}'),
    );
    const { patch, occurred_at, order, identified } = eventOf(body.ok ? body.value : null);
    expect(patch.data).toMatchObject({ evt_time: "1507591916746609047", output_fields: { "evt.time": "1507591916746609047" } });
    expect({ occurred_at, order, identified }).toEqual({
      occurred_at: "2017-10-09T23:31:56.746Z",
      order: 1507591916746.609,
      identified: true,
    });
  });

  test("of two events order them", () => {
    const [first, second] = ["000001000", "000002000"].map((ns) => eventOf(event({ time: `2026-11-20T12:00:00.${ns}Z` })));
    expect(second?.order).toBeGreaterThan(first?.order ?? Number.NaN);
  });
});

describe("ids", () => {
  const first = eventOf(event());

  test("Falcosidekick's id is the event's; without it rule, time, host and text are", () => {
    expect(eventOf(event({ uuid: "A" })).claim).toBe(eventOf(event({ uuid: "a", output: "other" })).claim);
    expect(eventOf(event({ tags: ["late"] })).claim).toBe(first.claim);
    expect(eventOf(event({ time: "2026-11-20T12:00:00.000000002Z" })).claim).not.toBe(first.claim);
    expect(eventOf(event({ hostname: "node-2" })).claim).not.toBe(first.claim);
  });

  const pod = { "k8s.ns.name": "shop", "k8s.pod.name": "web-1", "container.name": "web", "container.id": "aaaaaaaaaaaa" };
  test.each<[string, Json, Json, boolean]>([
    ["the same rule on the same host", event(), event({ time: "2026-11-20T23:59:59Z", output: "again" }), true],
    ["another day", event(), event({ time: "2026-11-21T00:00:00Z" }), false],
    ["another host", event(), event({ hostname: "node-2" }), false],
    ["another rule", event(), event({ rule: "Another rule" }), false],
    ["a container, not the host", event(), event({}, { "container.id": "aaaaaaaaaaaa" }), false],
    ["a pod whose container was started again", event({}, pod), event({}, { ...pod, "container.id": "bbbbbbbbbbbb" }), true],
    ["another pod", event({}, pod), event({}, { ...pod, "k8s.pod.name": "web-2" }), false],
  ])("%s", (_what, left, right, same) => expect(eventOf(left).key === eventOf(right).key).toBe(same));
});

describe("severity", () => {
  test.each([
    ["Emergency", "critical"],
    ["Alert", "critical"],
    ["Critical", "critical"],
    ["ERROR", "high"],
    ["warning", "medium"],
    ["Notice", "low"],
    ["Informational", "info"],
    ["Debug", "info"],
  ])("%s is %s", (priority, severity) => expect(eventOf(event({ priority })).patch).toMatchObject({ severity, severity_label: priority }));

  test.each(["whatever", "constructor"])("%j is not guessed", (priority) =>
    expect(eventOf(event({ priority })).patch).not.toHaveProperty("severity"),
  );
  test("follows the route's map", () => expect(eventOf(event(), { warning: "critical" }).patch.severity).toBe("critical"));
});

describe("ATT&CK in tags", () => {
  test.each([
    [["mitre_execution", "T1059"], [{ tactic: "Execution", technique: "T1059" }]],
    [
      ["mitre_credential_access", "mitre_discovery", "T1555", "t1021.004"],
      [{ technique: "T1555" }, { technique: "T1021.004" }, { tactic: "Credential Access" }, { tactic: "Discovery" }],
    ],
    [["mitre_TA0003_persistence", "mitre_T1205.001_port_knocking"], [{ tactic: "Persistence", technique: "T1205.001" }]],
    [["mitre_command_and_control"], [{ tactic: "Command and Control" }]],
    [["container", "Tuesday", "maturity_stable"], []],
  ])("%j", (tags, attacks) => expect(eventOf(event({ tags })).patch.add?.attacks).toEqual(attacks));
});
