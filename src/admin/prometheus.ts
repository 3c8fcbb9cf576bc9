// The Prometheus text format: families of samples, in the order in which they are added.

/** What a family's numbers mean. A counter never falls, other than to zero at a new beginning. */
export type MetricType = "counter" | "gauge";

/** Collects families and writes them as text. */
export class Exposition {
  readonly #families = new Map<string, string[]>();

  /** Opens a family; samples of one family stand together. Counters end in `_total`, units are base units. */
  family(name: string, type: MetricType, help: string): (labels: Record<string, string>, value: number | undefined) => void {
    const lines = [`# HELP ${name} ${help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n")}`, `# TYPE ${name} ${type}`];
    this.#families.set(name, lines);
    return (labels, value) => {
      if (value !== undefined) lines.push(`${name}${labelText(labels)} ${value}`);
    };
  }

  toString(): string {
    return [...this.#families.values()].map((lines) => `${lines.join("\n")}\n`).join("");
  }
}

function labelText(labels: Record<string, string>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

const escaped = (value: string): string => value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
