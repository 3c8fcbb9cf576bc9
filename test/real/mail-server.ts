// Debian's mail server for tests (aiosmtpd-server.py), started and read.
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import PostalMime, { type Email } from "postal-mime";
import type { Certificate } from "../support/certificate.ts";
import { PATIENCE_MS } from "../support/patience.ts";
import { PYTHON } from "../support/real.ts";

/** One mail as the server took it. */
export interface TakenMail {
  from: string;
  to: string[];
  encrypted: boolean;
  user: boolean;
  /** How the client introduced itself. */
  hello: string;
  /** The bytes, as latin1 text. */
  raw: string;
  mail: Email;
}

/** A running mail server. */
export interface RealMailServer {
  port: number;
  mails: TakenMail[];
  /** Resolves with the mails once there are so many; rejects after PATIENCE_MS. */
  waitFor(count: number): Promise<TakenMail[]>;
  stop(): void;
}

/** Starts a server that asks for this name and password, over TLS from the start or after STARTTLS. */
export async function startRealMailServer(
  mode: "smtps" | "starttls",
  { certPath, keyPath }: Certificate,
  auth: { username: string; password: string },
): Promise<RealMailServer> {
  const options = JSON.stringify({ mode, cert: certPath, key: keyPath, ...auth });
  const child: ChildProcess = spawn(PYTHON, ["-W", "ignore", join(import.meta.dirname, "aiosmtpd-server.py"), options], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (!child.stdout) throw new Error("no output");
  const mails: TakenMail[] = [];
  const { promise: listening, resolve, reject } = Promise.withResolvers<number>();
  child.once("exit", () => reject(new Error("the mail server ended")));
  createInterface({ input: child.stdout }).on("line", async (line) => {
    if (/^\d+$/.test(line)) return resolve(Number(line));
    const said = JSON.parse(line) as Omit<TakenMail, "mail">;
    const bytes = Buffer.from(said.raw, "base64");
    mails.push({ ...said, raw: bytes.toString("latin1"), mail: await PostalMime.parse(bytes) });
  });
  return {
    port: await listening,
    mails,
    async waitFor(count) {
      for (const end = Date.now() + PATIENCE_MS; mails.length < count; await new Promise((done) => setTimeout(done, 20)))
        if (Date.now() > end) throw new Error(`${mails.length} mails, not ${count}`);
      return mails;
    },
    stop: () => void child.kill(),
  };
}
