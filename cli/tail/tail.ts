// What comes in and goes out, as it happens.
import { setTimeout as wait } from "node:timers/promises";
import { routePage } from "../../src/admin/answers/overview.ts";
import type { Api } from "../frame/api.ts";
import { makeRun, type Run } from "../frame/run.ts";
import type { Delivery } from "../views/attempts.ts";
import type { Story } from "../views/story.ts";
import { Alerts } from "./alerts.ts";
import { Deliveries } from "./deliveries.ts";
import { follow } from "./follow.ts";
import { Lines } from "./lines.ts";
import { type Request, Requests } from "./requests.ts";

/** What is wanted; absent: everything. */
export interface TailOptions {
  route?: string[];
  source?: string[];
  destination?: string[];
  severity?: string[];
  outcome?: string[];
  /** ISO 8601; absent: from now on. */
  since?: string;
  requests?: boolean;
  deliveries?: boolean;
}

/** Tails until it is interrupted. */
export async function tail(run: Run, options: TailOptions): Promise<void> {
  const since = options.since === undefined ? run.out.now() : Date.parse(options.since);
  const until = run.interrupted();
  const lines = new Lines(run.out.width);
  const alerts = new Alerts();
  const requests = options.requests === false ? undefined : new Requests({ route: options.route, outcome: options.outcome }, since);
  const deliveries = options.deliveries === false ? undefined : new Deliveries(options.destination, since);
  let sources: ReadonlyMap<string, string> | undefined;
  const wanted = (route: string | undefined, alert: Story["alert"] | undefined): boolean =>
    (!options.route || (route !== undefined && options.route.includes(route))) &&
    (!options.severity || (alert !== undefined && options.severity.includes(alert.severity))) &&
    (!options.source || options.source.includes(alert?.source ?? sources?.get(route ?? "") ?? ""));
  const say = (text: string): void => (run.out.isJson ? run.out.jsonLine({ type: "note", text }) : run.out.note(text));

  const poll = async (api: Api): Promise<boolean> => {
    sources ??= options.source ? await sourcesOf(api) : new Map();
    const came = (await requests?.next(api, until)) ?? { items: [], missed: false };
    const went = (await deliveries?.next(api, until)) ?? { items: [], missed: false };
    // What came may have changed an alert; for what went out, what is known of it will do.
    await alerts.learn(
      api,
      came.items.flatMap(({ alerts: ids }) => (ids.length === 1 ? ids : [])),
      true,
      until,
    );
    await alerts.learn(
      api,
      went.items.flatMap(({ alert }) => alert ?? []),
      false,
      until,
    );
    if (came.missed || went.missed) say("More came than can be told; the rest is in `tocsin log` and `tocsin deliveries list`.");
    for (const one of inOrder(came.items, went.items)) {
      const alert = alerts.get("outcome" in one ? onlyOf(one.alerts) : one.alert);
      const route = "outcome" in one ? one.route : alert?.route;
      if (!wanted(route, alert)) continue;
      if (run.out.isJson)
        run.out.jsonLine({ type: "outcome" in one ? "request" : "delivery", ...one, about: alert ? aboutOf(alert) : null });
      else run.out.lines("outcome" in one ? lines.request(one, alert) : [lines.delivery(one, alert)]);
    }
    return came.items.length + went.items.length > 0;
  };
  const sleep = (ms: number): Promise<void> => wait(ms, undefined, { signal: until }).catch(() => {});
  // A fresh run finds a relay that was started again elsewhere.
  await follow({ connect: () => makeRun(run.options, run.terminal).api(), poll, say, until, sleep });
}

/** By the time that the lines show. */
function inOrder(requests: readonly Request[], deliveries: readonly Delivery[]): (Request | Delivery)[] {
  const timeOf = (one: Request | Delivery): number => Date.parse("outcome" in one ? one.at : one.updated_at);
  return [...requests, ...deliveries].sort((left, right) => timeOf(left) - timeOf(right));
}

const onlyOf = (ids: readonly string[]): string | undefined => (ids.length === 1 ? ids[0] : undefined);
const aboutOf = ({ id, title, severity, status, source, route, version }: Story["alert"]) => ({
  id,
  title,
  severity,
  status,
  source,
  route,
  version,
});

async function sourcesOf(api: Api): Promise<ReadonlyMap<string, string>> {
  const { items } = await api.get("/routes", routePage);
  return new Map(items.map(({ name, source = "" }) => [name, source]));
}
