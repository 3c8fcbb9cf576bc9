// A port for whoever has to come back on it. One that the system chooses (0) lies where it also takes the near ends of connections from:
// while nobody listens, one of those may take it.
import { randomInt } from "node:crypto";
import { tryPort } from "../../scripts/ports.ts";

const [FROM, TO] = [20_000, 32_000];

/** A free port on 127.0.0.1, outside of the range from which the system takes its own. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 100; tries += 1) {
    const port = await tryPort(randomInt(FROM, TO));
    if (port.ok) return port.value;
  }
  throw new Error(`no free port from ${FROM} to ${TO}`);
}
