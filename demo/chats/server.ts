// The simulated chats: one HTTP server on loopback that plays Slack, Discord, Teams and a Standard Webhooks receiver.
// This file starts it and keeps the channels; how a request runs through faults to its answer is in exchange.ts.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Channel } from "./channel.ts";
import { type DiscordSettings, discordChat } from "./discord.ts";
import { exchange } from "./exchange.ts";
import { type GoogleChatSettings, googlechatChat } from "./googlechat.ts";
import { type IrisSettings, irisChat } from "./iris.ts";
import { type MailServer, type MailSettings, startMailServer } from "./mail.ts";
import { type MattermostSettings, mattermostChat } from "./mattermost.ts";
import { type NtfySettings, ntfyChat } from "./ntfy.ts";
import { type PagerDutySettings, pagerdutyChat } from "./pagerduty.ts";
import { type SlackSettings, slackChat } from "./slack.ts";
import { type SlackBotSettings, slackBotChat } from "./slack-bot.ts";
import { type TeamsSettings, teamsChat } from "./teams.ts";
import { type TelegramSettings, telegramChat } from "./telegram.ts";
import type { Chat, ChatKind, Rules, World } from "./types.ts";
import { Wall } from "./wall.ts";
import { type WebhookSettings, webhookChat } from "./webhook.ts";

/** How to start the chats; every member may be left out. */
export interface ChatsOptions {
  /** 0, the default, takes a free one. */
  port?: number;
  /** Serve the wall on a port of its own as well (0 takes a free one); `wallUrl` is then there. */
  wallPort?: number;
  /** The clock, Unix ms. */
  now?: () => number;
  /** Keep only the last N requests and messages of each channel. */
  keep?: number;
  /** Skip all checks, signatures and header records: for benchmarks. */
  light?: boolean;
  /** Answer an address that nobody opened as a deleted one. By default such an address opens its channel. */
  strict?: boolean;
}

/** The running chats. Asking for a channel again returns the same one; settings count the first time. */
export interface Chats {
  /** `http://127.0.0.1:PORT`. */
  origin: string;
  /** The chat wall: `/wall` on the same server, unless it has a port of its own. */
  wallUrl: string;
  slack(name: string, settings?: SlackSettings): Channel;
  /** `url` is the base of the Web API; token and channel stand in `destination`. */
  slackBot(name: string, settings?: SlackBotSettings): Channel;
  discord(name: string, settings?: DiscordSettings): Channel;
  /** A bot's chat; token, chat and the address of the Bot API stand in `destination`. */
  telegram(name: string, settings?: TelegramSettings): Channel;
  teams(name: string, settings?: TeamsSettings): Channel;
  mattermost(name: string, settings?: MattermostSettings): Channel;
  googlechat(name: string, settings?: GoogleChatSettings): Channel;
  webhook(name: string, settings?: WebhookSettings): Channel;
  /** `url` is what `api` is set to. */
  pagerduty(name: string, settings?: PagerDutySettings): Channel;
  /** `url` is the base address of the instance. */
  iris(name: string, settings?: IrisSettings): Channel;
  /** `url` is the base address of the server; any topic reaches the channel. */
  ntfy(name: string, settings?: NtfySettings): Channel;
  /** A mailbox with a mail server of its own, whose address is `url`: mail is no HTTP. */
  mail(name: string, settings?: MailSettings): Promise<Channel>;
  /** All channels, in the order they were opened. */
  channels(): Channel[];
  /** Ends the server and cuts what is still open. */
  close(): Promise<void>;
}

/** A channel and its vendor's rules. */
export interface Room {
  channel: Channel;
  rules: Rules;
}

/** The kinds by how their addresses begin, each with the settings a channel has when its address alone opens it. */
const KINDS: { [Kind in Exclude<ChatKind, "email">]: Chat<Record<never, never>> } = {
  slack: slackChat,
  "slack-bot": slackBotChat,
  discord: discordChat,
  telegram: telegramChat,
  teams: teamsChat,
  mattermost: mattermostChat,
  googlechat: googlechatChat,
  webhook: webhookChat,
  pagerduty: pagerdutyChat,
  iris: irisChat,
  ntfy: ntfyChat,
};

/** Starts the chats on 127.0.0.1. */
export async function startChats(options: ChatsOptions = {}): Promise<Chats> {
  const world: World = { now: options.now ?? Date.now, light: options.light ?? false };
  const rooms = new Map<string, Room>();
  const mails = new Map<string, Promise<MailServer>>();
  const mailboxes: Channel[] = [];
  const channels = (): Channel[] => [...[...rooms.values()].map(({ channel }) => channel), ...mailboxes];
  const wall = new Wall(channels);
  let origin = "";

  const open = <Settings>(chat: Chat<Settings>, name: string, address: string, settings: Settings): Room => {
    const key = chat.key(address.replace(/\?.*$/, ""));
    if (key === undefined) throw new Error(`${chat.kind}: no address for the name ${name}`);
    const known = rooms.get(key);
    if (known) return known;
    const url = origin + address;
    const destination = chat.destination?.(name, url, settings) ?? { url };
    const channel = new Channel({ kind: chat.kind, name, url, destination }, options.keep);
    const room: Room = { channel, rules: chat.open(channel, settings, world) };
    rooms.set(key, room);
    wall.watch(channel);
    return room;
  };

  const openMail = (name: string, url: string): Channel => {
    const channel = new Channel({ kind: "email", name, url, destination: { smtp: url } }, options.keep);
    mailboxes.push(channel);
    wall.watch(channel);
    return channel;
  };

  /** The room of a request's path, opened if need be; undefined when no vendor has such paths. */
  const roomOf = (path: string, pathname: string): Room | undefined => {
    for (const chat of Object.values(KINDS)) {
      const key = chat.key(pathname);
      if (key === undefined) continue;
      const known = rooms.get(key);
      if (known || !options.strict) return known ?? open(chat, key.replace(/^.*\//, ""), path, {});
      const channel = new Channel({ kind: chat.kind, name: "", url: origin + path }, 1);
      channel.revoke();
      return { channel, rules: chat.open(channel, {}, world) };
    }
    return undefined;
  };

  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const path = request.url ?? "/";
    const mark = path.indexOf("?");
    const pathname = mark < 0 ? path : path.slice(0, mark);
    if (wall.handles(pathname)) {
      wall.serve(request, response, pathname);
      return;
    }
    const room = roomOf(path, pathname);
    if (!room) {
      response.writeHead(404, { "content-type": "text/plain" }).end("no chat has this address\n");
      return;
    }
    exchange(room, { request, response, path, pathname }, world).catch(() => response.destroy());
  };

  const server = createServer({ keepAliveTimeout: 75_000, requestTimeout: 0 }, handle);
  origin = await listen(server, options.port ?? 0);
  const servers = [server];
  let wallUrl = `${origin}/wall`;
  if (options.wallPort !== undefined) {
    const own = createServer((request, response) => wall.serve(request, response, (request.url ?? "/").replace(/\?.*$/, "")));
    wallUrl = `${await listen(own, options.wallPort)}/`;
    servers.push(own);
  }

  return {
    origin,
    wallUrl,
    slack: (name, settings = {}) => open(slackChat, name, slackChat.address(name), settings).channel,
    slackBot: (name, settings = {}) => open(slackBotChat, name, slackBotChat.address(name), settings).channel,
    discord: (name, settings = {}) => open(discordChat, name, discordChat.address(name), settings).channel,
    telegram: (name, settings = {}) => open(telegramChat, name, telegramChat.address(name), settings).channel,
    teams: (name, settings = {}) => open(teamsChat, name, teamsChat.address(name), settings).channel,
    mattermost: (name, settings = {}) => open(mattermostChat, name, mattermostChat.address(name), settings).channel,
    googlechat: (name, settings = {}) => open(googlechatChat, name, googlechatChat.address(name), settings).channel,
    webhook: (name, settings = {}) => open(webhookChat, name, webhookChat.address(name), settings).channel,
    pagerduty: (name, settings = {}) => open(pagerdutyChat, name, pagerdutyChat.address(name), settings).channel,
    iris: (name, settings = {}) => open(irisChat, name, irisChat.address(name), settings).channel,
    ntfy: (name, settings = {}) => open(ntfyChat, name, ntfyChat.address(name), settings).channel,
    mail: async (name, settings = {}) => {
      const known = mails.get(name) ?? startMailServer((url) => openMail(name, url), settings, world);
      mails.set(name, known);
      return (await known).channel;
    },
    channels,
    async close() {
      wall.close();
      await Promise.all([...servers.map(stop), ...[...mails.values()].map(async (mail) => (await mail).close())]);
    },
  };
}

/** Listens on loopback; the answer is the origin. */
async function listen(server: Server, port: number): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject).listen(port, "127.0.0.1", resolve);
  await promise;
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function stop(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  server.closeAllConnections();
  return promise;
}
