// The samples that come with each source: bodies as the vendor sends them, from the folders of the adapters' own tests.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Route } from "../../src/config/model.ts";
import { ROOT } from "../frame/target.ts";
import { trySample } from "../trial.ts";

/** One body. `name`: the file's path below the folder, without `.json`. */
export interface Sample {
  name: string;
  text: string;
}

/** All samples of a source by name: neither what is expected of them, nor answers of the source's API, nor mappings. */
export function samplesOf(source: string): Sample[] {
  const folder = join(ROOT, "src", "sources", source, "fixtures");
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".json") && !file.endsWith(".expected.json") && !/(?:^|\/)(?:api-|mapping)/.test(file))
    .sort()
    .map((file) => ({ name: file.slice(0, -".json".length).replaceAll("\\", "/"), text: readFileSync(join(folder, file), "utf8") }));
}

/** Made to be difficult, or about an alert that was told before: not what somebody wants to see first. */
const ODD = /hostile|stranger|unknown|nothing|empty|truncated|legacy|old|test|flattened|thin|comment|updat|resolv|releas|clos|recover/;

/** The sample that shows a route at its best: one alert rather than several, a plain one rather than an odd one, the first by name. */
export function bestSample(samples: readonly Sample[], route: Route, now: number): Sample | undefined {
  const events = ({ text }: Sample): number => {
    const trial = trySample(route, Buffer.from(text), now);
    if (!trial.ok || trial.value.remarks.length > 0 || trial.value.entries.some(({ kind }) => kind !== "event")) return 0;
    return trial.value.entries.length;
  };
  const readable = samples.map((sample) => ({ sample, events: events(sample) })).filter((one) => one.events > 0);
  const plain = readable.filter(({ sample }) => !ODD.test(sample.name));
  return (plain.find((one) => one.events === 1) ?? plain[0] ?? readable[0])?.sample;
}
