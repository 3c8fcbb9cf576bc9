// A relay with something of everything for the pages to show: alerts of every severity, what was merged, what died, what waits, what was
// refused, silenced, grouped, escalated, and titles that would like to be more than text.
import { GENERIC, genericBody } from "../generic-route.ts";
import { type Stack, startStack } from "../stack.ts";

/** The routes' addresses. */
export const PROD = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";
export const LAB = "5ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a12";
export const FALCO = "6ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a13";
const SECRET = "the-siems-secret";

/** Titles of strangers: markup, text that runs the other way, one word without an end. */
export const HOSTILE_TITLES = [
  '<script>window.__ran = "script"</script>',
  '<img src=x onerror="window.__ran=1">"><svg onload=window.__ran=2>',
  "\u202eevil\u202d \u2066isolated",
  "W".repeat(600),
  '\'"`{{constructor.constructor("window.__ran=3")()}}',
];

/** Starts it; it is settled but for what waits on purpose. */
export async function dashboardRelay(): Promise<Stack> {
  const stack = await startStack({
    config: ({ chats }) => ({
      destinations: {
        soc: { type: "discord", url: chats.discord("soc").url, rate: "50/s" },
        oncall: { type: "slack", url: chats.slack("oncall").url, rate: "50/s" },
        // A webhook that was deleted: what is sent there dies.
        gone: { type: "discord", url: chats.discord("gone").url },
        box: { type: "inbox" },
      },
      lists: { crown_jewels: ["jewel-1"] },
      routes: {
        prod: {
          id: PROD,
          ...GENERIC,
          rules: [
            {
              name: "scans are grouped",
              when: '"scan" in alert.tags',
              group: { by: "asset.name", wait: "1s", interval: "1m" },
              to: ["soc"],
              stop: true,
            },
            {
              name: "brute force",
              when: '"login" in alert.tags',
              threshold: { count: 3, within: "5m", by: "asset.name", title: "Brute force" },
              to: ["soc"],
              stop: true,
            },
            {
              name: "urgent",
              when: "alert.severity_id >= HIGH",
              to: ["soc", "oncall", "box"],
              escalate: [{ after: "10m", to: ["oncall"] }],
            },
            { name: "crown jewels", when: "alert.assets.exists(a, a.name in lists.crown_jewels)", to: ["gone"] },
            { name: "the rest", when: "alert.severity_id < HIGH && alert.severity_id >= MEDIUM", to: ["box"] },
          ],
        },
        lab: { id: LAB, ...GENERIC, auth: { type: "header", name: "x-secret", value: "secret:SIEM_SECRET" }, rules: [{ to: ["box"] }] },
        // Of a source with samples; nothing has come to it.
        falco: { id: FALCO, source: "falco", rules: [{ name: "all of it", to: ["soc"] }] },
      },
    }),
    secrets: () => ({ SIEM_SECRET: SECRET }),
  });
  stack.chats.discord("gone").fail({ status: 404, times: 1_000 });
  await fill(stack);
  return stack;
}

async function fill(stack: Stack): Promise<void> {
  const post = (tag: string, body: Parameters<typeof genericBody>[0]) => stack.hook(PROD, genericBody({ tags: [tag], ...body }));
  const silence = { when: '"drill" in alert.tags', until: "2h", owner: "ana", comment: "a drill in the lab" };
  await stack.call("/api/silences", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(silence) });
  await stack.get("/api/silences");
  await Promise.all([
    ...(["info", "low", "medium", "high", "critical"] as const).map((severity) =>
      post("one", { key: `one-${severity}`, asset: `srv-${severity}`, title: `Something ${severity} happened`, severity }),
    ),
    ...HOSTILE_TITLES.map((title, index) => post("hostile", { key: `hostile-${index}`, title, asset: title.slice(0, 200) })),
    ...[0, 1, 2, 3].map((n) => post("login", { key: `login-${n}`, asset: "db-1", title: "Failed login", severity: "low" })),
    ...[0, 1].map((n) => post("scan", { key: `scan-${n}`, asset: "web-1", title: "Port scan", severity: "medium" })),
    post("drill", { key: "drill", asset: "lab-1", title: "A drill", severity: "medium" }),
    post("jewel", { key: "jewel", asset: "jewel-1", title: "Crown jewel touched", severity: "medium" }),
    stack.hook(LAB, genericBody({ key: "lab", title: "From the lab", severity: "medium" }), { "x-secret": SECRET }),
    // A SIEM with a wrong secret.
    ...[0, 1, 2].map(() => stack.hook(LAB, genericBody({ key: "wrong", title: "Never seen" }), { "x-secret": "wrong" })),
  ]);
  await Promise.all([
    post("one", { key: "one-high", asset: "srv-high", title: "Something high happened", severity: "critical" }),
    post("one", { key: "one-high", asset: "srv-high", title: "Something high happened", severity: "critical" }),
    post("one", { key: "one-medium", asset: "srv-medium", title: "Something medium happened", severity: "medium", status: "resolved" }),
  ]);
  await stack.settled();
  await stack.relay.scheduled();
  await stack.settled();
}
