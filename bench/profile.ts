// `node bench/profile.ts`: a CPU profile of the Worker under end-to-end load; functions by their own time and by the time with all
// that they call, in ms and per alert. The bundle is not minified, and each function is told with its source file.
//   --alerts N        2000           --connections N   64
//   --load flood|intake|one          flood: as fast as the connections allow until all is on the wall; intake: only until all is
//                                    answered; one: one at a time
//   --isolate NAME    another isolate: d1:db, queues:queue, outbound:0 (a wrong name lists them)
//   --top N           40             --save FILE       the profile itself, for the browser's developer tools
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { bundleWorker } from "../scripts/bundle.ts";
import { tryPort } from "../scripts/ports.ts";
import { load } from "./lib/client.ts";
import { type FunctionTime, functionTimes, isolatesAt, Profiler } from "./lib/inspector.ts";
import { between, processTimes } from "./lib/process-times.ts";
import { type Rig, startRig } from "./lib/rig.ts";

const ROOT = join(import.meta.dirname, "..");
const SETTLE_MS = 120_000;
/** Frames that are no work of the isolate. */
const NO_WORK = new Set(["(idle)", "(root)"]);

const { values } = parseArgs({
  options: {
    alerts: { type: "string", default: "2000" },
    connections: { type: "string", default: "64" },
    load: { type: "string", default: "flood" },
    isolate: { type: "string", default: "core:user:tocsin" },
    top: { type: "string", default: "40" },
    save: { type: "string" },
  },
});
const alerts = Number(values.alerts);
const connections = values.load === "one" ? 1 : Number(values.connections);

const bundle = await bundleWorker(ROOT, "src/index.ts");
const inspectorPort = await anyPort();
const rig = await startRig({ relay: { bundle, inspectorPort } });
try {
  await fire(rig, 0, 300);
  await rig.settled(SETTLE_MS);
  await profile(rig);
} finally {
  await rig.stop();
}

async function profile(rig: Rig): Promise<void> {
  const isolates = await isolatesAt(inspectorPort);
  const isolate = isolates.find(({ title }) => title.endsWith(`worker ${values.isolate}`));
  if (!isolate) throw new Error(`no isolate ${values.isolate}; there are: ${isolates.map(({ title }) => title).join(", ")}`);
  const profiler = await Profiler.start(isolate);
  const before = processTimes(rig.relay.runtimePid());
  const startedAt = performance.now();
  await fire(rig, 300, alerts);
  if (values.load !== "intake") await rig.settled(SETTLE_MS);
  const wallMs = performance.now() - startedAt;
  const used = between(before, processTimes(rig.relay.runtimePid()));
  const found = await profiler.stop();
  if (values.save) writeFileSync(values.save, JSON.stringify(found));

  console.log(`${isolate.title}, ${alerts} alerts over ${connections} connections, ${values.load}: ${wallMs.toFixed(0)} ms`);
  if (used) {
    const each = (total: number) => (total / alerts).toFixed(2);
    console.log(
      `the runtime's process per alert: user ${each(used.userMs)} ms, system ${each(used.systemMs)} ms, ` +
        `${each(used.writeCalls)} writes, ${each(used.writtenBytes / 1024)} KiB written`,
    );
  }
  const functions = functionTimes(found).filter(({ name }) => !NO_WORK.has(name));
  const busy = functions.reduce((sum, { selfMs }) => sum + selfMs, 0);
  console.log(`in this isolate: ${busy.toFixed(0)} ms, ${(busy / alerts).toFixed(3)} ms per alert\n`);
  const fileOf = fileFinder(bundle);
  if (values.isolate === "core:user:tocsin")
    print(
      "own time by file",
      byFile(functions, fileOf),
      ({ selfMs }) => selfMs,
      () => "",
    );
  print("own time", functions, ({ selfMs }) => selfMs, fileOf);
  print("time with all that it calls", functions, ({ totalMs }) => totalMs, fileOf);
}

async function anyPort(): Promise<number> {
  const port = await tryPort(0);
  if (!port.ok) throw new Error(`no free port: ${port.reason}`);
  return port.value;
}

async function fire(rig: Rig, from: number, count: number): Promise<void> {
  const shots = Array.from({ length: count }, (_, index) => rig.shot(from + index));
  if (values.load !== "one") {
    await load({ port: rig.relay.port, connections, next: () => shots.shift() });
    return;
  }
  const shown = rig.channel.totals.messages;
  let sent = 0;
  const next = async () => {
    while (rig.channel.totals.messages < shown + sent) await new Promise((resolve) => setTimeout(resolve, 1));
    sent += 1;
    return shots.shift();
  };
  await load({ port: rig.relay.port, connections: 1, next });
}

function print(title: string, entries: FunctionTime[], of: (entry: FunctionTime) => number, fileOf: (line: number) => string): void {
  const sorted = [...entries].sort((left, right) => of(right) - of(left)).slice(0, Number(values.top));
  console.log(`${title}: ms, us per alert`);
  for (const entry of sorted) {
    const perAlert = ((of(entry) * 1_000) / alerts).toFixed(1);
    const file = values.isolate === "core:user:tocsin" && entry.line > 1 ? fileOf(entry.line) : "";
    console.log(`${of(entry).toFixed(1).padStart(9)} ${perAlert.padStart(9)}  ${entry.name.padEnd(36)} ${file}`.trimEnd());
  }
  console.log();
}

function byFile(functions: FunctionTime[], fileOf: (line: number) => string): FunctionTime[] {
  const files = new Map<string, FunctionTime>();
  for (const { name, line, selfMs } of functions) {
    const file = line > 1 ? fileOf(line).replace(/^(node_modules\/(?:@[^/]+\/)?[^/]+).*/, "$1") : `runtime: ${name}`;
    const entry = files.get(file) ?? { name: file, line: 0, selfMs: 0, totalMs: 0 };
    entry.selfMs += selfMs;
    files.set(file, entry);
  }
  return [...files.values()];
}

/** Which source file a line of the bundle came from: esbuild writes its name above each. */
function fileFinder(text: string): (line: number) => string {
  const starts = text
    .split("\n")
    .map((line, index) => ({ file: /^\/\/ ((?:src|node_modules)\/\S+)$/.exec(line)?.[1], at: index + 1 }))
    .filter((start) => start.file !== undefined);
  return (line) => starts.findLast(({ at }) => at < line)?.file ?? "";
}
