// Servers that repeat the secrets they were told, in every answer: the worst chat, the worst API.
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text as readAll } from "node:stream/consumers";
import { parrotWords, type Secrets } from "./parrot-words.ts";

/** A server on a free port of this machine. */
export interface Parrot {
  /** `http://127.0.0.1:PORT` or `smtp://127.0.0.1:PORT`. */
  url: string;
  /** Everything that was said to it, passwords decoded where they are only encoded. */
  heard: string[];
  close(): void;
}

/** How it answers besides repeating. `cut`: the connection breaks after the request was read. */
export type Manner = number | "cut";

/** Starts one. An answer of 200 is one that every vendor's classifier and reader can live with. */
export async function startParrot(secrets: () => Secrets, manner: Manner): Promise<Parrot> {
  const heard: string[] = [];
  const words = parrotWords(secrets);
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const told = toldIn(request, await readAll(request));
    heard.push(told);
    if (manner === "cut") {
      request.socket.destroy();
      return;
    }
    const echo = words(told);
    const header = echo.replace(/[^ -~]/g, "").slice(0, 1_000);
    response.writeHead(manner, `because ${header.slice(0, 200)}`, { "x-echo": header, location: `/elsewhere?${header}` });
    // Slack's webhooks say this one word.
    response.end(/^\w+ \/services\//.test(told) && manner === 200 ? "ok" : JSON.stringify(likeable(echo)));
  };
  const server = createServer((request, response) => void answer(request, response).catch(() => request.socket.destroy()));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${portOf(server.address())}`,
    heard,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** The port that a server has got. */
export const portOf = (address: AddressInfo | string | null): number =>
  typeof address === "object" && address !== null ? address.port : 0;

function toldIn({ method, url = "", headers }: IncomingMessage, body: string): string {
  const [, basic] = /^Basic (\S+)/i.exec(headers.authorization ?? "") ?? [];
  const password = basic === undefined ? "" : Buffer.from(basic, "base64").toString();
  return [`${method} ${url}`, JSON.stringify(headers), password, body].join("\n");
}

const likeable = (echo: string): object => ({
  echo,
  ok: true,
  id: "1001",
  channel_id: "1002",
  ts: "1700000000.000100",
  channel: "C0123456789",
  result: { message_id: 7, chat: { id: -1001 } },
  name: "spaces/a/messages/b",
  status: "success",
  alert_id: 7,
  uuid: "11111111-2222-4333-8444-555555555555",
  short_id: "ALparrot0001",
  title: `An alert of the parrot: ${echo}`,
  urgency: { current_value: 80, display: echo },
  rc: 0,
  rc_str: "OK",
  rsp: { name: echo, hostname: echo },
  data: { alert_id: 7, attributes: { last_analysis_stats: { malicious: 5, harmless: 60 }, reputation: 0 } },
  message: echo,
  error: echo,
});
