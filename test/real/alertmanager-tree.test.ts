// examples/alertmanager.yml and its translation say the same: for many sets of labels, those whom a real Alertmanager would notify (as amtool
// tells) are the destinations of the rules that match.
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import fc from "fast-check";
import { expect, test } from "vitest";
import { registries } from "../../cli/registries.ts";
import type { Config } from "../../src/config/model.ts";
import { parseTables } from "../../src/config/parse.ts";
import { parseConfigText } from "../../src/config/toml.ts";
import { matchedIn } from "../../src/ledger/rule-counts.ts";
import { Simulation } from "../../src/simulate/simulation.ts";
import { describeReal, REAL } from "../support/real.ts";

const FOLDER = join(import.meta.dirname, "..", "..", "examples");
const TREE = join(FOLDER, "alertmanager.yml");
const run = promisify(execFile);
type Labels = Record<string, string>;

/** Whom Alertmanager notifies. */
async function receivers(labels: Labels): Promise<string[]> {
  const matchers = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  const { stdout } = await run("amtool", ["config", "routes", "test", `--config.file=${TREE}`, ...matchers]);
  return [...new Set(stdout.trim().split(","))].sort();
}

/** Whom the rules that match name; `nobody` for one that mutes. */
function destinations(config: Config, labels: Labels): string[] {
  const relay = new Simulation({ config, sources: registries.sources });
  const alert = { status: "firing", labels, annotations: {}, startsAt: "2026-11-20T10:00:00Z", fingerprint: "f" };
  const answer = relay.receive("cluster", { version: "4", receiver: "tocsin", alerts: [alert] }, Date.parse("2026-11-20T10:00:05Z"));
  expect(answer).toMatchObject({ ok: true });
  const rules = config.routes[0]?.rules ?? [];
  const matched = matchedIn(relay.events()[0]?.trace ?? []);
  return [
    ...new Set(
      rules.filter(({ name }) => matched.includes(name)).flatMap(({ to, mute }) => (mute === true ? ["nobody"] : (to as string[]))),
    ),
  ].sort();
}

const maybe = (...values: string[]) => fc.option(fc.constantFrom(...values), { nil: undefined });
const labelSets = fc.record({
  alertname: fc.constantFrom(
    ..."HighErrorRate Watchdog InfoInhibitor FalcoShellInPod HostIntrusionDetected KubePodCrashLooping KubeStatefulSetGap KubeNodeNotReady".split(
      " ",
    ),
    ..."IngressCertificateWillExpireSoon CheckoutErrorBudgetBurnSlow SyntheticCheckFailed AirflowDagLate KafkaConsumerLag KafkaLagging XWatchdog".split(
      " ",
    ),
  ),
  severity: maybe("critical", "critical", "warning", "info", "low", "none"),
  team: maybe("security", "platform", "payments", "storefront", "data", "pay"),
  env: maybe("prod", "prod", "staging", "dev", "sandbox", "development"),
  namespace: maybe("kube-system", "ingress-public", "shop", "xkube-system"),
  service: maybe("card-vault", "ledger", "ledger-ui", "cart"),
  job: maybe("snmp", "blackbox-http", "node", "snmp-old"),
  site: maybe("branch-12", "hq", "old-branch-1"),
  provider: maybe("acquirer", "bank"),
  region: maybe("eu", "us"),
  cluster: maybe("a", "b"),
});

describeReal("Alertmanager's tree and its translation", [REAL.alertmanager], () => {
  test("name the same receivers for the same labels", { timeout: 300_000 }, async () => {
    const file = parseConfigText(readFileSync(join(FOLDER, "alertmanager.toml"), "utf8"));
    if (!file.ok) throw new Error(file.reason.message);
    const { config, problems } = parseTables(file.value.document, registries, { local: false });
    expect(problems).toEqual([]);
    const rare: Labels = { team: "payments", alertname: "CheckoutErrorBudgetBurnSlow", severity: "warning", env: "prod" };
    const sets = [rare, ...fc.sample(labelSets, { numRuns: 400, seed: 7 })];
    const named = new Set<string>();
    for (const given of sets) {
      const labels = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Labels;
      const theirs = await receivers(labels);
      expect({ labels, receivers: destinations(config, labels) }).toEqual({ labels, receivers: theirs });
      for (const name of theirs) named.add(name);
    }
    // Each leaf was met, or this would say little.
    const all = [...readFileSync(TREE, "utf8").matchAll(/^ {2}- name: (\S+)$/gm)].map(([, name]) => name);
    expect([...named].sort()).toEqual(
      all.filter((name) => !["office-hours", "nights", "branch-maintenance"].includes(String(name))).sort(),
    );
  });
});
