// A mail server that repeats the password it was given, wherever SMTP lets it say something.
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { type Parrot, portOf } from "./parrot.ts";
import { parrotWords, type Secrets } from "./parrot-words.ts";

/** What it says no to. */
export type MailManner = "password" | "recipient" | "nothing";

/** Starts one, without TLS, for the sign-in PLAIN. */
export async function startMailParrot(secrets: () => Secrets, refuses: MailManner): Promise<Parrot> {
  const heard: string[] = [];
  const sockets = new Set<Socket>();
  const words = parrotWords(secrets);
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {}).on("close", () => sockets.delete(socket));
    const talk = conversation(
      refuses,
      (told) =>
        words(told)
          .replace(/[\r\n]/g, " ")
          .slice(0, 400),
      heard,
    );
    let rest = "";
    socket.setEncoding("utf8").on("data", (text: string) => {
      const lines = (rest + text).split("\r\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        const answer = talk(line);
        if (answer !== undefined) socket.write(`${answer}\r\n`);
      }
    });
    socket.write("220 parrot\r\n");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `smtp://127.0.0.1:${portOf(server.address())}`,
    heard,
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** One conversation, line by line; undefined where nothing is said. */
function conversation(refuses: MailManner, words: (told: string) => string, heard: string[]): (line: string) => string | undefined {
  let told = "";
  let isMail = false;
  return (line) => {
    if (isMail && line !== ".") return undefined;
    if (isMail) {
      isMail = false;
      return `250 2.0.0 taken: ${words(told)}`;
    }
    const [, plain = ""] = /^AUTH PLAIN (\S+)/i.exec(line) ?? [];
    const decoded = `${line} ${Buffer.from(plain, "base64")}`;
    told += `${decoded}\n`;
    heard.push(decoded);
    switch (line.slice(0, 4).toUpperCase()) {
      case "EHLO":
        return "250-parrot\r\n250 AUTH PLAIN";
      case "AUTH":
        return refuses === "password" ? `535 5.7.8 not ${words(told)}` : "235 2.7.0 come in";
      case "RCPT":
        return refuses === "recipient" ? `550 5.1.1 nobody: ${words(told)}` : "250 2.1.5 fine";
      case "DATA":
        isMail = true;
        return "354 go on";
      case "QUIT":
        return "221 bye";
      default:
        return "250 2.0.0 fine";
    }
  };
}
