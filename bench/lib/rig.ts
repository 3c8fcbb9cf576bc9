// What the relay's benchmarks run on: the Worker as `npm start` runs it, with a simulated SEKOIA API and a simulated chat on
// loopback, both without limits of their own, so that the relay is what is measured.
import type { Channel } from "../../demo/chats/channel.ts";
import { type Chats, startChats } from "../../demo/chats/server.ts";
import { type SekoiaApi, startSekoiaApi } from "../../demo/sekoia-api.ts";
import { createdThin, type Incident, incident } from "../../demo/sekoia-samples.ts";
import { type Relay, type RelayOptions, startRelay } from "../../scripts/runtime.ts";
import { type Books, configure, type StackConfig } from "../../test/support/stack.ts";
import { postBytes, type Shot } from "./client.ts";

/** The route that everything is posted to. */
export const ROUTE = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";
const ADMIN = "bench-admin-token";

/** A Slack destination that takes all there is, one message for each alert. */
export const SOC = { type: "slack", url: "secret:SOC_SLACK", rate: "1000000/s" };

/** How a rig differs from the plain one. */
export interface RigOptions {
  relay?: RelayOptions;
  /** Tables of the configuration, made with the addresses; absent: one Slack destination that takes all there is. */
  destinations?: (chats: Chats) => StackConfig["destinations"];
  /** Names in `to` of the one rule that matches; absent: all destinations. */
  to?: string[];
  /** Called with each line of the Worker's log. */
  onLine?: (line: string) => void;
  /** Simulate the chats with all their checks, and keep their messages: for correctness rather than speed. */
  strictChats?: boolean;
}

/** A running relay with its surroundings. */
export interface Rig {
  relay: Relay;
  chats: Chats;
  api: SekoiaApi;
  channel: Channel;
  /** The incident of a number, known to the API; its notification ready to be posted. */
  shot(number: number): Shot;
  incident(number: number): Incident;
  get<Body>(path: string): Promise<Body>;
  books(): Promise<Books>;
  /** Resolves when nothing is being processed or delivered any more. */
  settled(timeoutMs: number): Promise<Books>;
  /** Log lines at level warn or error, as text: a benchmark with any is suspect. */
  complaints: string[];
  stop(): Promise<void>;
}

/** Starts everything. */
export async function startRig(options: RigOptions = {}): Promise<Rig> {
  const strict = options.strictChats ?? false;
  const [chats, api] = await Promise.all([startChats(strict ? {} : { light: true, keep: 1_000 }), startSekoiaApi()]);
  const complaints: string[] = [];
  const relay = await startRelay({
    ...options.relay,
    adminToken: ADMIN,
    secrets: { SOC_SLACK: chats.slack("soc").url, SEKOIA_TOKEN: api.token },
    onOutput: ({ level, text }) => {
      if (level !== "info") complaints.push(text);
      options.onLine?.(text);
    },
  });
  const destinations = options.destinations?.(chats) ?? { soc: SOC };
  await configure(relay, configOf(api, destinations, options.to ?? Object.keys(destinations)));
  const get = async <Body>(path: string): Promise<Body> => {
    const answer = await fetch(`${relay.url}${path}`, { headers: { authorization: `Bearer ${ADMIN}` } });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as Body;
  };
  const books = () => get<Books>("/api/books");
  const made = (number: number): Incident => {
    const one = incident(number, "bench");
    api.put(one.alert);
    return one;
  };
  return {
    relay,
    chats,
    api,
    channel: chats.slack("soc"),
    incident: made,
    shot: (number) => ({ number, bytes: hookBytes(createdThin(made(number))) }),
    get,
    books,
    settled: (timeoutMs) => settled(books, timeoutMs),
    complaints,
    stop: async () => {
      await relay.stop();
      await Promise.all([chats.close(), api.close()]);
    },
  };
}

/** A notification to the rig's route. */
export const hookBytes = (body: unknown): Buffer => postBytes(`/hooks/${ROUTE}`, JSON.stringify(body));

/** Three rules, as a real route has: two that are looked at and do not match, one that does. */
function configOf(api: SekoiaApi, destinations: StackConfig["destinations"], to: string[]): StackConfig {
  return {
    relay: { url: "https://relay.example.com" },
    destinations: { ...destinations, elsewhere: { type: "inbox" } },
    routes: {
      prod: {
        id: ROUTE,
        source: "sekoia",
        api: api.url,
        token: "secret:SEKOIA_TOKEN",
        api_rate: "1000000/s",
        console: "https://console.example.com",
        rules: [
          { name: "a category that is not there", when: 'alert.category == "physical" && "badge" in alert.tags', to: ["elsewhere"] },
          { name: "one rule's name", when: 'has(alert.rule) && alert.rule.name.contains("no such rule")', to: ["elsewhere"] },
          { name: "everything that is open", when: 'alert.severity_id >= INFO || alert.status == "resolved"', to },
        ],
      },
    },
  };
}

async function settled(books: () => Promise<Books>, timeoutMs: number): Promise<Books> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const now = await books().catch(() => undefined);
    const quiet = now?.routes.every(({ processing }) => processing === 0) && now.destinations.every(({ pending }) => pending === 0);
    if (now && quiet) return now;
    if (Date.now() > end) throw new Error(`not settled within ${timeoutMs} ms: ${JSON.stringify(now)}`);
    // Asking costs the relay work as well.
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}
