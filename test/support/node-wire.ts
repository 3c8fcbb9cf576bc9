// The connection of a mail submission made by Node, for tests outside the Workers runtime. `ca` is what TLS trusts.
import { once } from "node:events";
import { createConnection, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { Open } from "../../src/destinations/email/wire.ts";

/** An `Open` that trusts one certificate. */
export const openByNode =
  (ca?: string): Open =>
  async ({ host, port, tls }) => {
    let socket: Socket = tls ? connectTls({ host, port, ca, servername: host }) : createConnection({ host, port });
    await once(socket, tls ? "secureConnect" : "connect");
    let heard = chunksOf(socket);
    return {
      read: async () => (await heard.next()).value,
      write: (bytes) => new Promise((done, failed) => socket.write(bytes, (error) => (error ? failed(error) : done()))),
      async startTls() {
        const plain = socket;
        socket = connectTls({ socket: plain, ca, servername: host });
        await once(socket, "secureConnect");
        heard = chunksOf(socket);
      },
      close: () => void socket.destroy(),
    };
  };

// A queue rather than the stream's own iterator, which would close the socket when it is let go for TLS.
function chunksOf(socket: Socket): AsyncIterator<Uint8Array, undefined> {
  const waiting: (Uint8Array | undefined)[] = [];
  let wake = Promise.withResolvers<void>();
  const push = (chunk: Uint8Array | undefined): void => {
    waiting.push(chunk);
    wake.resolve();
  };
  socket.on("data", push);
  socket.once("close", () => push(undefined));
  socket.on("error", () => push(undefined));
  return {
    async next() {
      while (waiting.length === 0) {
        await wake.promise;
        wake = Promise.withResolvers<void>();
      }
      const value = waiting[0];
      if (value === undefined) return { done: true, value: undefined };
      waiting.shift();
      return { done: false, value };
    },
  };
}
