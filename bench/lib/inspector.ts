// CPU profiles of the runtime's isolates over its inspector. One isolate for the relay, and one for each simulator (D1, queues),
// all in one process and mostly on one thread. One is profiled at a time: the profiler's interrupts go to that thread.

/** One function as the profiler saw it. */
export interface ProfileNode {
  id: number;
  callFrame: { functionName: string; url: string; lineNumber: number };
  children?: number[];
}

/** V8's own form. Times in microseconds. */
export interface CpuProfile {
  nodes: ProfileNode[];
  startTime: number;
  endTime: number;
  samples: number[];
  timeDeltas: number[];
}

/** One isolate that can be profiled. */
export interface Isolate {
  title: string;
  webSocketDebuggerUrl: string;
}

/** Between two samples. */
const SAMPLING_US = 500;

/** The isolates behind an inspector. */
export async function isolatesAt(port: number): Promise<Isolate[]> {
  const answer = await fetch(`http://127.0.0.1:${port}/json`);
  return (await answer.json()) as Isolate[];
}

/** A running profile of one isolate. */
export class Profiler {
  readonly title: string;
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();
  #last = 0;

  private constructor(title: string, socket: WebSocket) {
    this.title = title;
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => this.#answered(JSON.parse(String(data))));
    socket.addEventListener("close", () => {
      for (const { reject } of this.#waiting.values()) reject(new Error(`${title}: the inspector hung up`));
    });
  }

  static async start(isolate: Isolate): Promise<Profiler> {
    const socket = new WebSocket(isolate.webSocketDebuggerUrl);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    socket.addEventListener("open", () => resolve());
    socket.addEventListener("error", () => reject(new Error(`${isolate.title}: no inspector`)));
    await promise;
    const profiler = new Profiler(isolate.title, socket);
    await profiler.#call("Profiler.enable");
    await profiler.#call("Profiler.setSamplingInterval", { interval: SAMPLING_US });
    await profiler.#call("Profiler.start");
    return profiler;
  }

  async stop(): Promise<CpuProfile> {
    const { profile } = (await this.#call("Profiler.stop")) as { profile: CpuProfile };
    this.#socket.close();
    return profile;
  }

  #call(method: string, params: object = {}): Promise<unknown> {
    const id = ++this.#last;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#waiting.set(id, { resolve, reject });
    this.#socket.send(JSON.stringify({ id, method, params }));
    return promise;
  }

  #answered({ id, result, error }: { id?: number; result?: unknown; error?: { message: string } }): void {
    const waiting = id === undefined ? undefined : this.#waiting.get(id);
    if (id === undefined || !waiting) return;
    this.#waiting.delete(id);
    if (error) waiting.reject(new Error(error.message));
    else waiting.resolve(result);
  }
}

/** What one function took, ms: itself, and with all that it called. */
export interface FunctionTime {
  name: string;
  line: number;
  selfMs: number;
  totalMs: number;
}

/**
 * A profile by function; recursion counts once. While the thread is in another isolate no sample is taken, and the next one would
 * bring all of that time with it: so samples are counted, not their times.
 */
export function functionTimes(profile: CpuProfile): FunctionTime[] {
  const selfUs = new Map<number, number>();
  for (const node of profile.samples) selfUs.set(node, (selfUs.get(node) ?? 0) + SAMPLING_US);
  const byId = new Map(profile.nodes.map((node) => [node.id, node]));
  const children = new Set(profile.nodes.flatMap((node) => node.children ?? []));
  const found = new Map<string, FunctionTime>();
  const visit = (node: ProfileNode, above: ReadonlySet<string>): number => {
    const { functionName, url, lineNumber } = node.callFrame;
    const name = functionName || "(anonymous)";
    const key = `${name} ${url}:${lineNumber}`;
    const own = (selfUs.get(node.id) ?? 0) / 1_000;
    const inside = new Set(above).add(key);
    let total = own;
    for (const id of node.children ?? []) {
      const child = byId.get(id);
      if (child) total += visit(child, inside);
    }
    const entry = found.get(key) ?? { name, line: lineNumber + 1, selfMs: 0, totalMs: 0 };
    entry.selfMs += own;
    if (!above.has(key)) entry.totalMs += total;
    found.set(key, entry);
    return total;
  };
  for (const node of profile.nodes) if (!children.has(node.id)) visit(node, new Set());
  return [...found.values()];
}
