// A load generator that costs little: requests are bytes made beforehand, of an answer only the status and the length are read,
// each connection has one request on its way at a time. Node's own client would take more of the machine than the Worker.
import { connect, type Socket } from "node:net";

/** A prebuilt request, and what it is about. */
export interface Shot {
  bytes: Buffer;
  /** Tells the caller which alert it was. */
  number: number;
}

/** One run of load. */
export interface LoadOptions {
  port: number;
  connections: number;
  /** The next request; undefined ends the connection that asked. May answer later. */
  next(): Shot | undefined | Promise<Shot | undefined>;
  /** Called right before a request goes out. */
  onSent?(shot: Shot): void;
}

/** What came of it. Times in ms. */
export interface LoadResult {
  answered: number;
  /** How many answers had each status. */
  statuses: Record<number, number>;
  ms: number;
  perSecond: number;
  /** From a request's first byte to its answer's last, one for each answer. */
  latencies: number[];
}

/** A POST as it goes over the wire. */
export function postBytes(path: string, body: string): Buffer {
  const head = `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n`;
  return Buffer.from(head + body);
}

/** Runs until `next` has no more; rejects when a connection breaks. */
export async function load(options: LoadOptions): Promise<LoadResult> {
  const statuses: Record<number, number> = {};
  const latencies: number[] = [];
  const connections = await Promise.all(Array.from({ length: options.connections }, () => Connection.open(options.port)));
  const startedAt = performance.now();
  await Promise.all(
    connections.map(async (connection) => {
      for (;;) {
        const ready = options.next();
        const shot = ready instanceof Promise ? await ready : ready;
        if (!shot) break;
        options.onSent?.(shot);
        const sentAt = performance.now();
        const status = await connection.exchange(shot.bytes);
        latencies.push(performance.now() - sentAt);
        statuses[status] = (statuses[status] ?? 0) + 1;
      }
      connection.close();
    }),
  );
  const ms = performance.now() - startedAt;
  return { answered: latencies.length, statuses, ms, perSecond: (latencies.length * 1_000) / ms, latencies };
}

/** One keep-alive connection. */
class Connection {
  readonly #socket: Socket;
  #buffered: Buffer = Buffer.alloc(0);
  #waiting: { resolve(status: number): void; reject(error: Error): void } | undefined;

  static open(port: number): Promise<Connection> {
    const { promise, resolve, reject } = Promise.withResolvers<Connection>();
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    socket.once("error", reject).once("connect", () => resolve(new Connection(socket)));
    return promise;
  }

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (chunk: Buffer) => this.#read(chunk));
    socket.on("error", (error) => this.#waiting?.reject(error));
    socket.on("close", () => this.#waiting?.reject(new Error("the connection was closed before the answer")));
  }

  exchange(bytes: Buffer): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    this.#waiting = { resolve, reject };
    this.#socket.write(bytes);
    return promise;
  }

  close(): void {
    this.#waiting = undefined;
    this.#socket.destroy();
  }

  #read(chunk: Buffer): void {
    this.#buffered = this.#buffered.length === 0 ? chunk : Buffer.concat([this.#buffered, chunk]);
    const answer = readAnswer(this.#buffered);
    if (!answer) return;
    this.#buffered = this.#buffered.subarray(answer.length);
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.resolve(answer.status);
  }
}

const HEAD_END = Buffer.from("\r\n\r\n");

/** Status and length in bytes of the answer at the start of a buffer; undefined while it is not whole. */
export function readAnswer(buffer: Buffer): { status: number; length: number } | undefined {
  const headEnd = buffer.indexOf(HEAD_END);
  if (headEnd < 0) return undefined;
  const head = buffer.toString("latin1", 0, headEnd);
  const status = Number(head.slice(9, 12));
  const bodyAt = headEnd + HEAD_END.length;
  const told = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  if (told === undefined) throw new Error(`an answer without Content-Length cannot be measured: ${head}`);
  const length = bodyAt + Number(told);
  return buffer.length < length ? undefined : { status, length };
}
