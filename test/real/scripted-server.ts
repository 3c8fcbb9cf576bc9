// An HTTP server that answers as it is told, for programs that post to a relay: they are to meet refusals and silence, too.
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

/** One answer: a status with headers, a redirect to itself, or none at all. */
export interface ScriptedAnswer {
  status: number;
  headers?: Record<string, string>;
}

/** A request that came in. */
export interface SeenRequest {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
  /** When it came, ms of a clock that only runs forward. */
  at: number;
}

export interface ScriptedServer {
  url: string;
  seen: SeenRequest[];
  /** The next answers, in turn; `hang` never answers. When they are used up, 202. */
  script(...answers: (ScriptedAnswer | "hang")[]): void;
  close(): Promise<void>;
}

/** Listens on a port of its own on this machine. */
export async function startScriptedServer(): Promise<ScriptedServer> {
  const seen: SeenRequest[] = [];
  let answers: (ScriptedAnswer | "hang")[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = "", url: path = "", headers } = request;
    seen.push({ method, path, headers, body: Buffer.concat(chunks).toString("utf8"), at: performance.now() });
    const answer = answers.shift() ?? { status: 202 };
    if (answer !== "hang") response.writeHead(answer.status, answer.headers).end(JSON.stringify({ accepted: 1 }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    script: (...next) => {
      answers = next;
      seen.length = 0;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
