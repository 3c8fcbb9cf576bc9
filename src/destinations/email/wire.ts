// The connection to a mail server, as the protocol sees it, and the one that the Workers runtime makes.

/** Bytes to and from a server. What fails is thrown. */
export interface Wire {
  /** The next bytes; undefined when the server has ended the connection. */
  read(): Promise<Uint8Array | undefined>;
  write(bytes: Uint8Array): Promise<void>;
  /** Goes over to TLS, with the server's name checked against its certificate. */
  startTls(): Promise<void>;
  close(): void;
}

/** Where to connect to; `tls` from the first byte, or later if at all. */
export interface Endpoint {
  host: string;
  port: number;
  tls: boolean;
}
export type Open = (endpoint: Endpoint) => Promise<Wire>;

/** Connects by the runtime's sockets. The module exists in Workers only, so it is loaded when it is used. */
export const openSocket: Open = async ({ host, port, tls }) => {
  const { connect } = await import("cloudflare:sockets");
  const hostname = host.replace(/^\[(.*)\]$/, "$1");
  let socket = connect({ hostname, port }, { secureTransport: tls ? "on" : "starttls", allowHalfOpen: false });
  let [reader, writer] = ends(socket);
  await socket.opened;
  return {
    read: async () => (await reader.read()).value,
    write: (bytes) => writer.write(bytes),
    async startTls() {
      reader.releaseLock();
      writer.releaseLock();
      socket = socket.startTls({ expectedServerHostname: hostname });
      [reader, writer] = ends(socket);
      await socket.opened;
    },
    // Never waited for: closing ends when the server has closed as well, which it may not do,
    // https://github.com/cloudflare/workerd/issues/2060
    close: () => void socket.close().catch(() => {}),
  };
};

const ends = (socket: Socket): [ReadableStreamDefaultReader<Uint8Array>, WritableStreamDefaultWriter<Uint8Array>] => [
  socket.readable.getReader(),
  socket.writable.getWriter(),
];
