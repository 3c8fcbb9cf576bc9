// How large the bundle is and what its start costs, as wrangler tells both; neither needs the network or an account.
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { atMost, type Benchmark, type Figure } from "../lib/figure.ts";
import type { CpuProfile } from "../lib/inspector.ts";
import { startRig } from "../lib/rig.ts";
import { median } from "../lib/stats.ts";

const ROOT = join(import.meta.dirname, "../..");
const WRANGLER = join(ROOT, "node_modules/wrangler/bin/wrangler.js");
const WRANGLER_MS = 60_000;
const run = promisify(execFile);

/** The benchmark of bundle and start-up. */
export const size: Benchmark = {
  name: "size",
  title: "Bundle and start-up",
  async run({ quick }) {
    const directory = mkdtempSync(join(tmpdir(), "tocsin-bench-"));
    try {
      return [...(await bundleSize(directory)), ...(await startUp(directory, quick ? 1 : 3)), ...(await coldStart())];
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  },
};

async function wrangler(...args: string[]): Promise<string> {
  const env = { ...process.env, WRANGLER_SEND_METRICS: "false", WRANGLER_HIDE_BANNER: "true", NO_COLOR: "1" };
  return (await run(process.execPath, [WRANGLER, ...args], { cwd: ROOT, env, timeout: WRANGLER_MS })).stdout;
}

async function bundleSize(directory: string): Promise<Figure[]> {
  const told = await wrangler("deploy", "--dry-run", "--outdir", directory);
  const [, whole, gzip] = /Total Upload: ([\d.]+) KiB \/ gzip: ([\d.]+) KiB/.exec(told) ?? [];
  if (whole === undefined || gzip === undefined) throw new Error(`wrangler told no size: ${told}`);
  return [
    { name: "bundle, as it is deployed", value: Number(whole), unit: "KiB" },
    { name: "bundle, gzip", value: Number(gzip), unit: "KiB", goal: atMost(Number(gzip), 300) },
  ];
}

/** Active time in V8's profile of the Worker's start: what is neither idle nor waiting. */
async function startUp(directory: string, times: number): Promise<Figure[]> {
  const file = join(directory, "startup.cpuprofile");
  const active: number[] = [];
  for (let time = 0; time < times; time += 1) {
    await wrangler("check", "startup", "--outfile", file);
    active.push(activeMs(JSON.parse(readFileSync(file, "utf8"))));
  }
  const value = median(active);
  const note = `median of ${times} (wrangler check startup), most ${Math.max(...active).toFixed(0)} ms; on a machine that does other work, more`;
  return [{ name: "start-up CPU", value, unit: "ms", goal: atMost(value, 50), note }];
}

function activeMs(profile: CpuProfile): number {
  const names = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame.functionName]));
  const us = profile.samples.reduce((sum, node, index) => {
    const idle = ["(idle)", "(root)"].includes(names.get(node) ?? "");
    return idle ? sum : sum + (profile.timeDeltas[index] ?? 0);
  }, 0);
  return us / 1_000;
}

/** From the start of the runtime to its first answer, with the first read of the configuration. */
async function coldStart(): Promise<Figure[]> {
  const startedAt = performance.now();
  const rig = await startRig();
  const readyAt = performance.now();
  try {
    await fetch(`${rig.relay.url}/healthz`);
    return [
      { name: "Miniflare with the Worker, bundled and migrated", value: readyAt - startedAt, unit: "ms" },
      { name: "  its first answer", value: performance.now() - readyAt, unit: "ms" },
    ];
  } finally {
    await rig.stop();
  }
}
