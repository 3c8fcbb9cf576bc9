// Whether a port can be had.
import { createServer } from "node:net";
import { fail, ok, type Result } from "../src/outcome.ts";

/** Tries a port on 127.0.0.1 (0: any free one) and lets it go again; the reason is the error's code. */
export function tryPort(port: number): Promise<Result<number, string>> {
  return new Promise((done) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => done(fail(error.code ?? error.message)));
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      const found = typeof address === "object" && address !== null ? address.port : port;
      server.close(() => done(ok(found)));
    });
  });
}

/** Why a port cannot be had, as a sentence. */
export const portProblem = (port: number, code: string): string =>
  code === "EADDRINUSE"
    ? `Port ${port} is in use by another program. Choose another one with --port, or 0 for any free one.`
    : `Port ${port} cannot be used (${code}). Choose another one with --port.`;
