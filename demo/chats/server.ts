// The simulated chats: one HTTP server on loopback that plays Slack, Discord, Teams and a Standard Webhooks receiver.
// This file starts it and keeps the channels; how a request runs through faults to its answer is in exchange.ts.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Channel } from "./channel.ts";
import { type DiscordSettings, discordChat } from "./discord.ts";
import { exchange } from "./exchange.ts";
import { type SlackSettings, slackChat } from "./slack.ts";
import { type TeamsSettings, teamsChat } from "./teams.ts";
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
  discord(name: string, settings?: DiscordSettings): Channel;
  teams(name: string, settings?: TeamsSettings): Channel;
  webhook(name: string, settings?: WebhookSettings): Channel;
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
const KINDS: { [Kind in ChatKind]: Chat<Record<never, never>> } = {
  slack: slackChat,
  discord: discordChat,
  teams: teamsChat,
  webhook: webhookChat,
};

/** Starts the chats on 127.0.0.1. */
export async function startChats(options: ChatsOptions = {}): Promise<Chats> {
  const world: World = { now: options.now ?? Date.now, light: options.light ?? false };
  const rooms = new Map<string, Room>();
  const wall = new Wall(() => [...rooms.values()].map(({ channel }) => channel));
  let origin = "";

  const open = <Settings>(chat: Chat<Settings>, name: string, address: string, settings: Settings): Room => {
    const key = chat.key(address.replace(/\?.*$/, ""));
    if (key === undefined) throw new Error(`${chat.kind}: no address for the name ${name}`);
    const known = rooms.get(key);
    if (known) return known;
    const channel = new Channel({ kind: chat.kind, name, url: origin + address }, options.keep);
    const room: Room = { channel, rules: chat.open(channel, settings, world) };
    rooms.set(key, room);
    wall.watch(channel);
    return room;
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
    discord: (name, settings = {}) => open(discordChat, name, discordChat.address(name), settings).channel,
    teams: (name, settings = {}) => open(teamsChat, name, teamsChat.address(name), settings).channel,
    webhook: (name, settings = {}) => open(webhookChat, name, webhookChat.address(name), settings).channel,
    channels: () => [...rooms.values()].map(({ channel }) => channel),
    async close() {
      wall.close();
      await Promise.all(servers.map(stop));
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
