// An alert with a little of everything, on which each template is tried when the configuration is read.
import type { Inputs } from "./values.ts";

const AT = "2026-11-02T14:01:07.000Z";

/** What a template is tried with. */
export const SAMPLE: Inputs = {
  destination: "soc",
  alert: {
    id: "sample.0000000000000000",
    key: "sample",
    version: 2,
    source: "sample",
    route: "sample",
    title: "Sample",
    summary: "A sample.",
    severity: "high",
    severity_id: 4,
    severity_label: "80",
    status: "new",
    status_label: "New",
    category: "intrusion",
    type: "sample",
    rule: { id: "1", name: "Sample", url: "https://siem.example.com/rules/1" },
    tenant: "acme",
    assets: [{ name: "ws-1", ip: "192.0.2.1", type: "host", id: "1" }],
    observables: [{ name: "source.ip", type: "ip", value: "203.0.113.10" }],
    attacks: [{ tactic: "Execution", technique: "T1059", name: "Command and Scripting Interpreter" }],
    tags: ["sample"],
    count: 2,
    first_seen: AT,
    last_seen: AT,
    created_at: AT,
    updated_at: AT,
    url: "https://siem.example.com/alerts/1",
    data: {},
    enriched: true,
    change: { kind: "updated", fields: { count: { before: 1, after: 2 } }, added: { assets: ["ws-1"] }, removed: {} },
  },
};
