// The words that the simulated chats share: a request, a message as the chat would show it, a ping, an answer.
import type { Json } from "../../src/alert.ts";
import type { Channel } from "./channel.ts";

/** The chats that can be played. */
export type ChatKind =
  | "slack"
  | "slack-bot"
  | "discord"
  | "telegram"
  | "teams"
  | "webhook"
  | "pagerduty"
  | "iris"
  | "ntfy"
  | "email"
  | "mattermost"
  | "googlechat";

/** One request as it came in. `status` is 0 until it is answered, and stays 0 when no answer was ever given. */
export interface RequestRecord {
  /** Arrival, Unix ms. */
  at: number;
  method: string;
  /** Path and query, byte for byte. */
  path: string;
  /** Empty in light mode. */
  headers: Record<string, string>;
  bodyText: string;
  status: number;
  /** What a fault script did to it: `fail`, `hang` or `drop`. */
  fault?: string;
}

/** Somebody whom the message would have notified, and the place in the body that does it. */
export interface Ping {
  kind: "everyone" | "channel" | "here" | "role" | "group" | "user";
  /** The id or name, for a role, a group or a user. */
  target?: string;
  where: string;
}

/** A message as the chat holds it now. */
export interface ChatMessage {
  id: string;
  /** Arrival of its first version, Unix ms. */
  at: number;
  editedAt?: number;
  /** The body as the chat holds it (edits merged in); null in light mode. */
  body: Json;
  /** The last request body as it was sent. */
  raw: string;
  /** Earlier versions, oldest first. */
  history: { at: number; body: Json }[];
  /** Whom this message has notified so far, edits included. */
  pings: Ping[];
  /** Why the chat took it and yet shows nothing (Teams). */
  hidden?: string;
  thread?: { id: string; name?: string };
  /** The id of the message that this one answers, in chats that have threads or replies: the wall draws it below that one. */
  replyTo?: string;
  /** True for a reply that stands in the channel as well as in its thread (Slack). */
  broadcast?: boolean;
  /** True when it came without a sound. */
  silent?: boolean;
  /** When somebody deleted it, Unix ms: nobody sees it any more, and no request finds it. */
  removedAt?: number;
  /** How many of its requests were refused or left unanswered before one was taken. */
  retries: number;
  /** How often it came: more than 1 only where the receiver recognises a repeat by its id (Standard Webhooks). */
  copies: number;
  /** Webhook only: true when the signature was checked and is right. */
  verified?: boolean;
}

/** A request as a chat's rules see it. */
export interface Incoming {
  method: string;
  /** Path and query, byte for byte. */
  path: string;
  pathname: string;
  query: URLSearchParams;
  headers: Record<string, string>;
  bodyText: string;
  at: number;
}

/** What a chat answers. `words` says it in short for the chat wall. */
export interface Reply {
  status: number;
  headers?: Record<string, string>;
  body: string;
  words?: string;
  /** True when the body refuses what the status seems to accept (Slack's `"ok": false`). */
  refused?: boolean;
}

/** What surrounds a chat: its clock, and whether checks are skipped for speed. */
export interface World {
  now(): number;
  light: boolean;
}

/** One vendor: how its addresses look, and the rules of one of its channels. */
export interface Chat<Settings> {
  kind: ChatKind;
  /** Path and query of the channel of that name; always the same for the same name. */
  address(name: string): string;
  /**
   * What a destination of this kind is told in its configuration, besides `type`; `url` is the channel's whole address. Without
   * it, that is the address alone.
   */
  destination?(name: string, url: string, settings: Settings): Record<string, string>;
  /** The part of a path that names the channel, or nothing when the path is not this vendor's. */
  key(pathname: string): string | undefined;
  open(channel: Channel, settings: Settings, world: World): Rules;
}

/** The rules of one channel. All synchronous: what is taken is on the wall before the answer leaves. */
export interface Rules {
  take(request: Incoming): Reply;
  /** What the vendor says with this status when a fault is scripted. */
  refusal(status: number, afterSeconds?: number): Reply;
  /** What it says once the address has been deleted. */
  gone(): Reply;
}
