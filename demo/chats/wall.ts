// The chat wall: a page that draws what every channel shows, and a stream of changes that keeps it current.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Channel } from "./channel.ts";
import { drawColumn, drawHead, drawMessage, drawStrip, drawTab, orderOf, placeId, SHOWN, standsInFeed } from "./draw/column.ts";
import { wallPage } from "./draw/page.ts";
import type { ChatMessage } from "./types.ts";

/** Changes are collected this long, so that a storm of messages is drawn a few times a second and not once each. */
const COLLECT_MS = 80;

/** Serves `/wall` and `/wall/events`. Draws nothing while nobody looks. */
export class Wall {
  readonly #channels: () => Channel[];
  readonly #ids = new Map<Channel, string>();
  readonly #viewers = new Set<ServerResponse>();
  readonly #changed = new Map<Channel, Map<string, ChatMessage>>();
  readonly #opened = new Set<Channel>();
  #timer: NodeJS.Timeout | undefined;

  constructor(channels: () => Channel[]) {
    this.#channels = channels;
  }

  /** Follows a new channel. */
  watch(channel: Channel): void {
    this.#ids.set(channel, `${channel.kind}-${this.#ids.size + 1}`);
    if (this.#viewers.size > 0) {
      this.#opened.add(channel);
      this.#soon();
    }
    channel.subscribe((event) => {
      if (this.#viewers.size === 0) return;
      const messages = this.#changed.get(channel) ?? new Map<string, ChatMessage>();
      this.#changed.set(channel, messages);
      if (event.kind !== "request") {
        messages.set(event.message.id, event.message);
        // An answer is drawn below the message that it answers.
        const head = channel.rootOf(event.message);
        messages.set(head.id, head);
      }
      this.#soon();
    });
  }

  handles(pathname: string): boolean {
    return pathname === "/" || pathname === "/wall" || pathname === "/wall/events";
  }

  serve(request: IncomingMessage, response: ServerResponse, pathname: string): void {
    if (request.method !== "GET") {
      response.writeHead(405, { allow: "GET" }).end();
      return;
    }
    if (pathname === "/wall/events") {
      this.#stream(response);
      return;
    }
    const channels = this.#channels().toSorted((a, b) => orderOf(a) - orderOf(b));
    const columns = channels.map((channel) => drawColumn(channel, this.#idOf(channel)));
    const tabs = channels.map((channel) => drawTab(channel, this.#idOf(channel)));
    const { html, policy } = wallPage(columns.join(""), tabs.join(""));
    const headers = { "content-type": "text/html; charset=utf-8", "content-security-policy": policy, "cache-control": "no-store" };
    response.writeHead(200, { ...headers, "x-content-type-options": "nosniff", "referrer-policy": "no-referrer" }).end(html);
  }

  close(): void {
    clearTimeout(this.#timer);
    for (const viewer of this.#viewers) viewer.end();
  }

  #idOf(channel: Channel): string {
    return this.#ids.get(channel) ?? "";
  }

  #stream(response: ServerResponse): void {
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" }).write("retry: 1000\n\n");
    this.#viewers.add(response);
    response.once("close", () => this.#viewers.delete(response));
  }

  #soon(): void {
    this.#timer ??= setTimeout(() => this.#flush(), COLLECT_MS);
  }

  #flush(): void {
    this.#timer = undefined;
    for (const channel of this.#opened) {
      const id = this.#idOf(channel);
      this.#send("column", { order: orderOf(channel), html: drawColumn(channel, id), tab: drawTab(channel, id) });
      this.#changed.delete(channel);
    }
    this.#opened.clear();
    for (const [channel, messages] of this.#changed) {
      const id = this.#idOf(channel);
      const [shown, gone] = partition([...messages.values()], (message) => standsInFeed(channel, message));
      const html = shown.slice(-SHOWN).map((message) => drawMessage(channel, message, id));
      const removed = gone.map((message) => placeId(message, id));
      this.#send("change", { id, head: drawHead(channel), strip: drawStrip(channel), messages: html, removed });
    }
    this.#changed.clear();
  }

  #send(event: string, data: object): void {
    const text = `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
    for (const viewer of this.#viewers) {
      // A viewer that does not read is let go; its page reconnects and loads anew.
      if (viewer.writableLength > 4_000_000) viewer.destroy();
      else viewer.write(text);
    }
  }
}

function partition<Member>(all: Member[], picks: (member: Member) => boolean): [Member[], Member[]] {
  return [all.filter(picks), all.filter((member) => !picks(member))];
}
