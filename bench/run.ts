// `npm run bench`: measures the relay against the goals of its design, as ratios in one run on one machine. Loopback only.
//   --quick       less of everything, under a minute: to see that it works
//   --only NAME   one benchmark (may be given several times)
import { parseArgs } from "node:util";
import type { Benchmark } from "./lib/figure.ts";
import { machine, printSection, type Section, writeResults } from "./lib/report.ts";
import { backlog } from "./measure/backlog.ts";
import { cost } from "./measure/cost.ts";
import { dashboard } from "./measure/dashboard.ts";
import { endToEnd } from "./measure/end-to-end.ts";
import { intake } from "./measure/intake.ts";
import { rules } from "./measure/rules.ts";
import { size } from "./measure/size.ts";
import { storms } from "./measure/storms.ts";

const benchmarks: readonly Benchmark[] = [intake, endToEnd, backlog, storms, cost, rules, dashboard, size];

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { quick: { type: "boolean", default: false }, only: { type: "string", multiple: true } } });
  const unknown = values.only?.filter((name) => !benchmarks.some((one) => one.name === name)) ?? [];
  if (unknown.length > 0) {
    console.error(`There is no benchmark ${unknown.join(", ")}. There are: ${benchmarks.map(({ name }) => name).join(", ")}.`);
    process.exit(2);
  }
  const startedAt = new Date();
  const facts = machine();
  console.log(
    Object.entries(facts)
      .map(([name, value]) => `${name} ${value}`)
      .join(", "),
  );
  const sections: Section[] = [];
  for (const benchmark of benchmarks) {
    if (values.only && !values.only.includes(benchmark.name)) continue;
    const began = performance.now();
    const figures = await benchmark.run({ quick: values.quick });
    const section = { name: benchmark.name, title: benchmark.title, seconds: (performance.now() - began) / 1_000, figures };
    sections.push(section);
    printSection(section);
  }
  const missed = sections.flatMap(({ figures }) => figures).filter(({ goal }) => goal && !goal.met).length;
  console.log(
    `\n${missed === 0 ? "every goal is met" : `${missed} goals are not met`}; all figures in ${writeResults(startedAt, facts, sections)}`,
  );
}

await main();
