import { expect, test } from "vitest";
import { sampleAlert } from "../../../test/support/alerts.ts";
import { sampleStep } from "../../../test/support/stories.ts";
import type { Explanation } from "../../admin/answers/explain.ts";
import { explainPage } from "./explain-page.ts";

const event: Explanation["events"][number] = {
  id: "ev_1",
  type: "alert:created",
  kind: "opened",
  received_at: "2026-11-02T14:01:08.120Z",
  end: "routed",
  to: ["soc"],
  trace: [sampleStep()],
  would: { end: "unmatched", to: [], trace: [sampleStep({ decision: "unmatched", reason: "no rule matches", values: {} })] },
  differs: true,
};
const explained = (more: Partial<Explanation> = {}): Explanation => ({
  alert: sampleAlert(),
  against: "present",
  revision: 7,
  route_known: true,
  shown_by: ["soc"],
  would_show: [],
  differs: true,
  beyond: ["brute force"],
  events: [event],
  ...more,
});
const told = async (more: Partial<Explanation> = {}): Promise<string> =>
  String(await explainPage(explained(more)))
    .replace(/<[^>]+>/g, " ")
    .replace(/\s+/g, " ");

test("what differs is said first, and event by event", async () => {
  const text = await told();
  expect(text).toContain("It would go another way now.");
  expect(text).toContain("By revision 7 nobody");
  expect(text).toContain("differs As it went routed begins at soc");
  expect(text).toContain("no rule matches");
  expect(text).toContain("“brute force” looks beyond this alert.");
});

test("what is the same, what no source sent, and a route that is gone are said", async () => {
  expect(await told({ differs: false, would_show: ["soc"] })).toContain("It would go the same way again.");
  expect(await told({ would_show: null, events: [{ ...event, would: null, differs: false }] })).toContain(
    "a rule raised this alert itself",
  );
  expect(await told({ route_known: false })).toContain("has no route sekoia-prod");
});
