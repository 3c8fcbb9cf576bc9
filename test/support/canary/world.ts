// A relay with every kind of destination and every way to prove a sender, in which each secret, each address of a chat and each
// route's path is a canary, among chats and APIs that repeat what they are told.
import { createHmac } from "node:crypto";
import { stringify } from "smol-toml";
import { createdThin, incident } from "../../../demo/sekoia-samples.ts";
import { ntopngFlow } from "../flows.ts";
import { allSamples } from "../samples.ts";
import type { Canaries } from "./canaries.ts";
import { type Manner, type Parrot, startParrot } from "./parrot.ts";
import { startMailParrot } from "./parrot-mail.ts";

/** How the chats of this world answer. `takes`: with 200; `refuses`: 400; `closes`: 403; `fails`: 500; `cuts`: not at all. */
const MANNERS = { takes: 200, refuses: 400, closes: 403, fails: 500, cuts: "cut" } as const satisfies Record<string, Manner>;
type How = keyof typeof MANNERS;

/** A request to a hook, and what it has to be answered. */
export interface Post {
  route: string;
  path: string;
  status: number;
  body: string;
  headers?: Record<string, string>;
}

/** What a canary test works with. */
export interface CanaryWorld {
  /** The whole configuration, as a file. */
  config: string;
  /** The Worker secrets. */
  secrets: Record<string, string>;
  posts: Post[];
  destinations: { name: string; type: string; how: How }[];
  parrots: Parrot[];
  /** Names of the secrets that are presented to us, and never sent on. */
  incoming: string[];
}

type Tables = Record<string, Record<string, unknown>>;

/** Builds the world; nothing of the relay runs yet. */
export async function canaryWorld(canaries: Canaries): Promise<CanaryWorld> {
  const secrets: Record<string, string> = {};
  const keep: Keep = (name, value) => {
    secrets[name] = value;
    return `secret:${name}`;
  };
  const known = () => canaries.all;
  const chats = Object.fromEntries(
    await Promise.all(Object.entries(MANNERS).map(async ([how, status]) => [how, await startParrot(known, status)] as const)),
  ) as Record<How, Parrot>;
  const mail = { takes: "nothing", refuses: "recipient", closes: "password" } as const;
  const mails = Object.fromEntries(
    await Promise.all(Object.entries(mail).map(async ([how, refuses]) => [how, await startMailParrot(known, refuses)] as const)),
  );

  const destinations: Tables = { box: { type: "inbox" } };
  const told: CanaryWorld["destinations"] = [{ name: "box", type: "inbox", how: "takes" }];
  for (const how of Object.keys(MANNERS) as How[]) {
    const base = chats[how].url;
    const settings = chatSettings({ base, smtp: mails[how]?.url }, how.toUpperCase(), canaries, keep);
    for (const [type, own] of Object.entries(settings)) {
      // What breaks off and what fails is tried again for as long as the test runs: one kind of each is enough.
      if ((how === "cuts" || how === "fails") && !["webhook", "telegram", "teams"].includes(type)) continue;
      if (type === "email" && mails[how] === undefined) continue;
      const name = `${type}-${how}`;
      destinations[name] = { type, rate: "1000/s", digest: { after: 1_000 }, ...own() };
      told.push({ name, type, how });
    }
  }
  // A pace that makes a digest of what waits.
  const url = keep(
    "DIGEST_URL",
    canaries.secret("DIGEST_URL", (random) => `${chats.takes.url}/services/T01234567/B01234567/${random}`),
  );
  destinations.digests = { type: "slack", url, rate: "12/m", digest: { after: 1, every: "1s" } };
  told.push({ name: "digests", type: "slack", how: "takes" });

  const oracle = (how: "takes" | "closes"): Record<string, unknown> => ({
    type: "virustotal",
    rate: "1000/s",
    api: chats[how].url,
    token: keep(`ORACLE_${how.toUpperCase()}`, canaries.secret(`ORACLE_${how.toUpperCase()}`)),
  });
  const { routes, posts, incoming } = sources({ canaries, keep, apis: chats, to: told.map(({ name }) => name) });
  const mask_key = keep("MASK_KEY", canaries.secret("MASK_KEY"));
  incoming.push("MASK_KEY", ...Object.keys(secrets).filter((name) => name.endsWith("SIGNING")));
  const config = {
    relay: { url: "https://relay.example.com", mask_key },
    destinations,
    enrichers: { oracle: oracle("takes"), doubter: oracle("closes") },
    routes,
  };
  return {
    config: `# ${canaries.path("an id in a comment")} stands in the text of the file alone.\n${stringify(config)}`,
    secrets,
    posts,
    destinations: told,
    parrots: [...Object.values(chats), ...Object.values(mails)],
    incoming,
  };
}

type Keep = (name: string, value: string) => string;

/** Characters that are written otherwise in an address, in JSON and in HTML. */
const odd = (random: string): string => `a+/=&"<${random}>'\\%41`;

const discord = (base: string, random: string): string => `${base}/api/webhooks/1234567890/${random}`;

/** The settings of each kind of chat, at one server; a kind's secrets are made when it is asked for. */
function chatSettings(
  { base, smtp }: { base: string; smtp: string | undefined },
  how: string,
  canaries: Canaries,
  keep: Keep,
): Record<string, () => Record<string, unknown>> {
  const secret = (what: string, make?: (random: string) => string, length?: number): string => {
    const name = `${how}_${what}`;
    return keep(name, canaries.secret(name, make, length));
  };
  return {
    slack: () => ({ url: secret("SLACK", (random) => `${base}/services/T01234567/B01234567/${random}`) }),
    "slack-bot": () => ({ token: secret("SLACK_BOT", (random) => `xoxb-${random}`), channel: "C0123456789", api: `${base}/api` }),
    discord: () => ({ url: secret("DISCORD", (random) => discord(base, random)) }),
    telegram: () => ({ token: secret("TELEGRAM", (random) => `123456789:${random}`, 35), chat_id: -1001234567890, api: base }),
    teams: () => ({
      url: secret("TEAMS", (random) => `${base}/workflows/0a1b/triggers/manual/paths/invoke?sp=%2Ftriggers&sig=${random}%2B`),
    }),
    mattermost: () => ({ url: secret("MATTERMOST", (random) => `${base}/hooks/${random}`) }),
    googlechat: () => ({ url: secret("GOOGLECHAT", (random) => `${base}/v1/spaces/AAAA/messages?key=AIza0123&token=${random}%3D`) }),
    pagerduty: () => ({ routing_key: secret("PAGERDUTY", undefined, 32), api: base }),
    iris: () => ({ url: base, token: secret("IRIS", odd), customer_id: 1 }),
    ntfy: () => ({ url: base, topic: secret("NTFY_TOPIC"), token: secret("NTFY_TOKEN", (random) => `tk_${random}`) }),
    webhook: () => ({
      url: secret("WEBHOOK", (random) => `${base}/in/${random}?code=1`),
      secret: secret("SIGNING", (random) => `whsec_${random}`, 32),
      // A member of a secret that holds JSON.
      headers: { "x-key": `${keep(`${how}_BUNDLE`, JSON.stringify({ header: canaries.secret(`${how}_BUNDLE`, odd), unused: 1 }))}.header` },
    }),
    email: () => ({ from: "tocsin@example.com", to: ["soc@example.com"], smtp, username: "tocsin", password: secret("MAIL", odd) }),
  };
}

/** Routes with every way to prove a sender, and requests that pass and fail. */
function sources({ canaries, keep, apis, to }: { canaries: Canaries; keep: Keep; apis: Record<How, Parrot>; to: string[] }) {
  const incoming: string[] = [];
  const shared = (name: string, make?: (random: string) => string): string => {
    incoming.push(name);
    return keep(name, canaries.secret(name, make));
  };
  const value = (name: string): string => canaries.value(name);
  const rules = [{ name: "everybody", to }];
  const routes: Tables = {};
  const posts: Post[] = [];
  const route = (name: string, table: Record<string, unknown>): string => {
    const id = canaries.path(name);
    routes[name] = { id, rules, ...table };
    return id;
  };
  const post = (name: string, status: number, body: unknown, headers?: Record<string, string>): void => {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    posts.push({ route: name, path: String(routes[name]?.id), status, body: text, headers });
  };
  const sign = (name: string, body: string): string => createHmac("sha256", value(name)).update(body).digest("hex");

  route("by-header", {
    source: "sekoia",
    api: apis.takes.url,
    token: keep("SEKOIA_TAKES", canaries.secret("SEKOIA_TAKES", odd)),
    auth: { type: "header", name: "x-key", value: shared("ROUTE_HEADER", odd) },
    former_ids: [{ id: canaries.path("the former address"), until: new Date(Date.UTC(2099, 0)) }],
  });
  const key = { "x-key": value("ROUTE_HEADER") };
  for (let number = 0; number < 6; number += 1) post("by-header", 202, createdThin(incident(number, "canary")), key);
  post("by-header", 202, createdThin(incident(0, "canary")), key);
  post("by-header", 401, createdThin(incident(9, "canary")), { "x-key": `${value("ROUTE_HEADER")}!` });
  post("by-header", 400, `{"token": "${value("SEKOIA_TAKES").replace(/["\\]/g, "")}"`, key);
  post("by-header", 422, { note: value("SEKOIA_TAKES"), key: value("ROUTE_HEADER") }, key);

  route("by-password", {
    source: "sekoia",
    api: apis.closes.url,
    token: keep("SEKOIA_CLOSES", canaries.secret("SEKOIA_CLOSES")),
    auth: { type: "basic", username: "siem", password: shared("ROUTE_PASSWORD", odd) },
    max_body: 4_000,
  });
  const basic = (password: string) => ({ authorization: `Basic ${Buffer.from(`siem:${password}`).toString("base64")}` });
  post("by-password", 202, createdThin(incident(11, "canary")), basic(value("ROUTE_PASSWORD")));
  post("by-password", 202, createdThin(incident(12, "canary")), basic(value("ROUTE_PASSWORD")));
  post("by-password", 401, createdThin(incident(13, "canary")), basic(`${value("ROUTE_PASSWORD")}x`));
  post("by-password", 413, value("ROUTE_PASSWORD").repeat(200), basic(value("ROUTE_PASSWORD")));

  route("by-signature", {
    source: "sekoia",
    api: apis.fails.url,
    token: keep("SEKOIA_FAILS", canaries.secret("SEKOIA_FAILS")),
    auth: { type: "hmac", secrets: [shared("ROUTE_SIGNING_NEW"), shared("ROUTE_SIGNING_OLD")], header: "x-signature" },
  });
  const signed = JSON.stringify(createdThin(incident(14, "canary")));
  post("by-signature", 202, signed, { "x-signature": sign("ROUTE_SIGNING_OLD", signed) });
  post("by-signature", 401, signed, { "x-signature": value("ROUTE_SIGNING_NEW") });

  route("probe", {
    source: "ntopng",
    shared_secret: shared("PROBE_SECRET", odd),
    api: apis.takes.url,
    token: keep("PROBE_TOKEN", canaries.secret("PROBE_TOKEN")),
    enrich: ["oracle", "doubter"],
  });
  for (let number = 0; number < 3; number += 1)
    post("probe", 202, { ...ntopngFlow({ port: 40_000 + number, to: `203.0.113.${number + 1}` }), sharedsecret: value("PROBE_SECRET") });
  post("probe", 401, { ...ntopngFlow({ port: 41_000, to: "203.0.113.9" }), sharedsecret: `${value("PROBE_SECRET")}!` });
  post("probe", 422, { sharedsecret: value("PROBE_SECRET"), alerts: { not: "a list" } });

  route("hunt", {
    source: "velociraptor",
    api: apis.closes.url,
    username: "tocsin",
    password: keep("HUNT_PASSWORD", canaries.secret("HUNT_PASSWORD", odd)),
  });
  post("hunt", 202, sampleOf("velociraptor", /client|event|queue/));

  route("graphs", { source: "grafana", hmac_secret: shared("GRAFANA_SECRET") });
  const graphs = sampleOf("grafana", /webhook-alerting/);
  post("graphs", 202, graphs, { "x-grafana-alerting-signature": sign("GRAFANA_SECRET", graphs) });
  post("graphs", 401, graphs, { "x-grafana-alerting-signature": value("GRAFANA_SECRET") });

  route("code", { source: "github", webhook_secret: [shared("GITHUB_SECRET")] });
  const code = sampleOf("github", /dependabot-created/);
  post("code", 202, code, { "x-hub-signature-256": `sha256=${sign("GITHUB_SECRET", code)}` });

  route("anything", {
    source: "generic",
    body_secret: { at: "token", value: shared("SENDER_TOKEN", odd) },
    mapping: { id: "id", title: "title", summary: "text" },
    mask: ["**.password", { path: "person", as: "hash" }],
  });
  const personal = { person: canaries.secret("a masked name"), deep: [{ password: canaries.secret("a masked password") }] };
  const text = `${personal.person} stands in the text as well`;
  post("anything", 202, { id: 1, title: "A generic alert", text, token: value("SENDER_TOKEN"), ...personal });
  post("anything", 401, { id: 2, title: "A generic alert", token: value("SENDER_TOKEN").slice(1) });
  post("anything", 202, { id: 3, token: value("SENDER_TOKEN") });

  route("lake", { source: "matano", topic_arns: ["arn:aws:sns:us-east-1:012345678910:MatanoAlertingTopic"], allow_raw: true });
  post("lake", 202, sampleOf("matano", /raw\//));

  route("closed", { source: "sekoia", enabled: false });
  post("closed", 404, createdThin(incident(20, "canary")));

  // A path that is none of ours, and one that is written otherwise.
  posts.push({
    route: "former",
    path: canaries.path("the former address").toUpperCase(),
    status: 202,
    body: JSON.stringify(createdThin(incident(21, "canary"))),
    headers: key,
  });
  posts.push({ route: "unknown", path: canaries.path("nobody's address"), status: 404, body: "{}" });
  return { routes, posts, incoming };
}

function sampleOf(source: string, name: RegExp): string {
  const all = allSamples().filter((sample) => sample.source === source);
  const found = all.find((sample) => name.test(sample.name)) ?? all[0];
  if (!found) throw new Error(`there is no sample of ${source}`);
  return found.text;
}
