// Where each destination's conversation takes place: its simulated chat or a stand-in, the settings for it, the strict validator
// of its bodies, and how what is shown is read.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Channel } from "../../../demo/chats/channel.ts";
import { discordErrors } from "../../../demo/chats/discord-form.ts";
import { drawMessage, standsInFeed } from "../../../demo/chats/draw/column.ts";
import { googlechatProblem } from "../../../demo/chats/googlechat-form.ts";
import { irisErrors, irisFailure } from "../../../demo/chats/iris-form.ts";
import { type JsonObject, objectOf } from "../../../demo/chats/json.ts";
import { mattermostProblem } from "../../../demo/chats/mattermost-form.ts";
import { ntfyProblem } from "../../../demo/chats/ntfy-form.ts";
import { pagerdutyErrors } from "../../../demo/chats/pagerduty-form.ts";
import type { Chats } from "../../../demo/chats/server.ts";
import { slackProblem } from "../../../demo/chats/slack-blocks.ts";
import { teamsProblem } from "../../../demo/chats/teams-form.ts";
import { telegramLosses, telegramRefusal } from "../../../demo/chats/telegram-form.ts";
import type { ChatKind, ChatMessage, RequestRecord } from "../../../demo/chats/types.ts";
import type { InboxItem } from "../../../src/admin/queries/inbox.ts";
import type { Json } from "../../../src/alert.ts";
import type { DestinationConfig } from "../../../src/config/model.ts";
import { inboxPage } from "../../../src/dashboard/inbox/page.ts";
import type { Destination } from "../../../src/destinations/destination.ts";
import { emailBy } from "../../../src/destinations/email/destination.ts";
import { destinations } from "../../../src/destinations/index.ts";
import { sampleDestination } from "../destinations.ts";
import { openByNode } from "../node-wire.ts";
import { textOfHtml } from "./html-text.ts";
import type { StillClock } from "./outbox.ts";
import { memoryD1 } from "./sqlite.ts";

/** A conversation that is held: a kind of destination, in one of its forms. */
export interface Setting {
  /** A type in the registry. */
  type: string;
  /** The form, where it is not the kind's usual one; names the golden file. */
  form?: string;
  open(chats: Chats): Promise<Channel> | Channel | undefined;
  /** Settings besides those that the chat gives. */
  settings?: Record<string, Json>;
  /** The setting that holds the chat's address, where the chat alone does not know it. */
  address?: string;
}

const SECRET = `whsec_${Buffer.from("a signing key for conversations").toString("base64")}`;
const ON_WALL = "soc";

/** Every conversation. A destination without one here fails the suite. */
export const SETTINGS: readonly Setting[] = [
  { type: "slack", open: (chats) => chats.slack(ON_WALL) },
  { type: "slack-bot", open: (chats) => chats.slackBot(ON_WALL, { rate: { perSecond: 1, burst: 3 } }) },
  { type: "discord", open: (chats) => chats.discord(ON_WALL, { rate: true }) },
  {
    type: "discord",
    form: "forum",
    open: (chats) => chats.discord(`${ON_WALL}-forum`, { rate: true, forum: true }),
    settings: { forum: true },
  },
  { type: "telegram", open: (chats) => chats.telegram(ON_WALL, { rate: true }) },
  { type: "teams", open: (chats) => chats.teams(ON_WALL) },
  { type: "mattermost", open: (chats) => chats.mattermost(ON_WALL) },
  { type: "googlechat", open: (chats) => chats.googlechat(ON_WALL) },
  { type: "webhook", open: (chats) => chats.webhook(ON_WALL, { secret: SECRET }), settings: { secret: SECRET } },
  {
    type: "pagerduty",
    open: (chats) => chats.pagerduty(ON_WALL),
    address: "api",
    settings: { routing_key: "0123456789abcdef0123456789ABCDEF" },
  },
  {
    type: "iris",
    open: (chats) => chats.iris(ON_WALL),
    settings: { token: "IRIS_API_KEY_0123", customer_id: 1, asset_types: { host: 9 }, ioc_types: { ip: 76 } },
  },
  { type: "ntfy", open: (chats) => chats.ntfy(ON_WALL), settings: { topic: "soc-x7KqPw2m" } },
  {
    type: "ntfy",
    form: "replace",
    open: (chats) => chats.ntfy(`${ON_WALL}-replace`),
    settings: { topic: "soc-x7KqPw2m", replace: true },
  },
  {
    type: "email",
    open: (chats) => chats.mail(ON_WALL),
    settings: { from: "Tocsin <tocsin@example.com>", to: ["SOC <soc@example.com>"] },
  },
  { type: "inbox", open: () => undefined },
];

/** One message as a reader sees it, with its place. */
export interface Seen {
  id: string;
  text: string;
  /** It stands below another one. */
  answers: boolean;
  /** Whom it mentioned. Where every notification rings for its subscribers, that is no mention. */
  mentions: string[];
}

/** An open place. */
export interface Place {
  /** The form's name, e.g. `discord` or `discord (forum)`. */
  name: string;
  config: DestinationConfig;
  adapter: Destination;
  bindings: Record<string, unknown>;
  channel?: Channel;
  /** The requests so far, in order. */
  requests(): readonly RequestRecord[];
  /** What is wrong with a request's body by the chat's strict validator; undefined when nothing is. */
  problem(request: RequestRecord): string | undefined;
  /** What stands there now, in the order of reading. */
  seen(): Promise<Seen[]>;
}

/** Opens the place of a conversation. */
export async function openPlace(setting: Setting, chats: Chats, clock: StillClock): Promise<Place> {
  const { type, form } = setting;
  const channel = await setting.open(chats);
  const registered = destinations.get(type);
  if (!registered) throw new Error(`${type}: no such destination`);
  // In the Worker the connection is made by its runtime.
  const adapter = type === "email" ? (emailBy(openByNode()) as unknown as Destination) : registered;
  const given = setting.address && channel ? { [setting.address]: channel.url } : channel?.destination;
  const settings = adapter.settings.parse({ ...given, ...setting.settings });
  const config = sampleDestination({ name: "soc", type, settings });
  const common = { name: form === undefined ? type : `${type} (${form})`, config, adapter };
  if (!channel) return { ...common, ...inboxPlace(clock) };
  return {
    ...common,
    bindings: {},
    channel,
    requests: () => channel.requests,
    problem: (request) => FORMS[channel.kind](objectOf(bodyOf(request)), request),
    seen: async () => channel.messages.filter((message) => standsInFeed(channel, message)).map((message) => seenWith(channel, message)),
  };
}

const bodyOf = ({ bodyText }: RequestRecord): Json => {
  try {
    return JSON.parse(bodyText);
  } catch {
    return null;
  }
};

const said = (problems: readonly unknown[]): string | undefined => (problems.length > 0 ? problems.join("; ") : undefined);
const told = (problem: unknown): string | undefined => (problem === undefined ? undefined : JSON.stringify(problem));

/** The strict validators, by the documents of each vendor. */
const FORMS: Record<ChatKind, (body: JsonObject, request: RequestRecord) => string | undefined> = {
  slack: (body) => told(slackProblem(body)),
  "slack-bot": (body) => told(slackProblem(body)),
  discord: (body, { method }) => told(discordErrors(body, method === "PATCH" ? "edit" : "post")),
  telegram: (body, { path }) => {
    const method = path.endsWith("/editMessageText") ? "editMessageText" : "sendMessage";
    return telegramRefusal(method, body) ?? said(telegramLosses(method, body));
  },
  teams: (body) => teamsProblem(body),
  mattermost: (body) => mattermostProblem(body),
  googlechat: (body) => googlechatProblem(body),
  webhook: ({ type, timestamp, data }) =>
    typeof type === "string" && typeof timestamp === "string" && data !== undefined ? undefined : "type, timestamp and data belong there",
  pagerduty: (body) => said(pagerdutyErrors(body)),
  iris: (body, { method }) => told(irisErrors(body, { partial: method !== "POST" })) ?? irisFailure(body),
  ntfy: (body) => told(ntfyProblem(body, { sequences: true })),
  // The mail server refuses what breaks a rule: it sees the mail as it came.
  email: () => undefined,
};

/** Kinds in which whoever subscribes is notified by nature. */
const RINGING: readonly ChatKind[] = ["pagerduty", "ntfy"];

/** A message with the answers that stand below it. */
function seenWith(channel: Channel, message: ChatMessage): Seen {
  const answers = channel.replies(message.id);
  const mentions = [message, ...answers].flatMap(({ pings }) =>
    RINGING.includes(channel.kind) ? [] : pings.map(({ kind, target = "" }) => `${kind} ${target}`.trim()),
  );
  const text = textOfHtml(drawMessage(channel, message, "wall"));
  return { id: message.id, text, answers: channel.rootOf(message) !== message, mentions };
}

/** The inbox is no chat: its rows stand in D1 and on a page of the dashboard. */
function inboxPlace(clock: StillClock): Omit<Place, "name" | "config" | "adapter"> {
  const migration = readFileSync(join(import.meta.dirname, "../../../migrations/0001_initial.sql"), "utf8");
  const [table = ""] = /CREATE TABLE inbox \([\s\S]*?WITHOUT ROWID;/.exec(migration) ?? [];
  const db = memoryD1(table);
  return {
    bindings: { DB: db },
    requests: () => [],
    problem: () => undefined,
    async seen() {
      const { results } = await db.prepare("SELECT destination || '.' || alert AS id, * FROM inbox ORDER BY created_at").all<InboxRow>();
      return results.map((row) => {
        const item = { ...row, message: JSON.parse(row.message) as unknown };
        const page = String(
          inboxPage({
            found: { items: [item], next: null },
            destinations: ["wall"],
            url: new URL("https://relay.example.com/inbox"),
            now: clock.now,
          }),
        );
        const text = textOfHtml(/<article[\s\S]*<\/article>/.exec(page)?.[0] ?? "");
        return { id: row.alert, text, answers: false, mentions: [] };
      });
    },
  };
}

/** As the table holds it: the message as text. */
type InboxRow = InboxItem & { message: string };
