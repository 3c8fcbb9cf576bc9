// The Prometheus text format: families of samples, in the order in which they are added.

/** What a family's numbers mean. A counter never falls, other than to zero at a new beginning. */
export type MetricType = "counter" | "gauge";

/** Observations by their upper bound, not cumulated: one number for each bound, and a last one for those beyond all bounds. */
export interface Observations {
  counts: readonly number[];
  sum: number;
}

/** Collects families and writes them as text. */
export class Exposition {
  readonly #families = new Map<string, string[]>();

  /** Opens a family; samples of one family stand together. Counters end in `_total`, units are base units. */
  family(name: string, type: MetricType, help: string): (labels: Record<string, string>, value: number | undefined) => void {
    const lines = header(name, type, help);
    this.#families.set(name, lines);
    return (labels, value) => {
      if (value !== undefined) lines.push(`${name}${labelText(labels)} ${value}`);
    };
  }

  /** Opens a histogram with these upper bounds. */
  histogram(name: string, help: string, bounds: readonly number[]): (labels: Record<string, string>, observed: Observations) => void {
    const lines = header(name, "histogram", help);
    this.#families.set(name, lines);
    return (labels, { counts, sum }) => {
      let total = 0;
      for (const [index, bound] of [...bounds, Number.POSITIVE_INFINITY].entries()) {
        total += counts[index] ?? 0;
        lines.push(`${name}_bucket${labelText({ ...labels, le: bound === Number.POSITIVE_INFINITY ? "+Inf" : String(bound) })} ${total}`);
      }
      lines.push(`${name}_sum${labelText(labels)} ${sum}`, `${name}_count${labelText(labels)} ${total}`);
    };
  }

  toString(): string {
    return [...this.#families.values()].map((lines) => `${lines.join("\n")}\n`).join("");
  }
}

const header = (name: string, type: string, help: string): string[] => [
  `# HELP ${name} ${help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n")}`,
  `# TYPE ${name} ${type}`,
];

function labelText(labels: Record<string, string>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

const escaped = (value: string): string => value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
