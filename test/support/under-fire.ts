// Load while the runtime is killed, and how what stands on the wall then is judged: for the crash tests.
import { expect } from "vitest";
import type { ChatMessage } from "../../demo/chats/types.ts";
import type { Stack } from "./stack.ts";

/** What is posted, and how often the runtime dies meanwhile. `random`, in [0, 1), chooses the moments. */
export interface Fire {
  route: string;
  bodies: readonly unknown[];
  kills: number;
  random: () => number;
}

const CONNECTIONS = 8;

/** Posts the bodies, a few at a time and about in their order; what was not acknowledged is sent again, as a SIEM would. */
export async function underFire(stack: Stack, { route, bodies, kills, random }: Fire): Promise<void> {
  let next = 0;
  let acknowledged = 0;
  const connection = async () => {
    for (let number = next++; number < bodies.length; number = next++) {
      while (!(await accepted(stack, route, bodies[number]))) await pause(20);
      acknowledged += 1;
    }
  };
  const load = Promise.all(Array.from({ length: CONNECTIONS }, connection));
  for (let kill = 1; kill <= kills; kill += 1) {
    // Somewhere in this part of the load: the moment is the seed's choice.
    const at = ((kill - 1 + 0.2 + 0.6 * random()) / kills) * bodies.length;
    while (acknowledged < at) await pause(2);
    await stack.relay.killRuntime();
    expect(stack.relay.restarts()).toBe(kill);
  }
  await load;
}

async function accepted(stack: Stack, route: string, body: unknown): Promise<boolean> {
  try {
    return (await stack.hook(route, body)).status === 202;
  } catch {
    return false;
  }
}

/** The former message of an alert that stands below in a newer one. */
export const isMoved = ({ raw }: ChatMessage): boolean => raw.includes("Shown anew in a newer message");

/** Messages that say what another one of the same alert says. */
export const repeated = (messages: readonly ChatMessage[]): ChatMessage[] =>
  messages.filter((message, index) => messages.findIndex(({ raw }) => wordsOf(raw) === wordsOf(message.raw)) !== index);

/** A body without the time at which it was made. */
const wordsOf = (raw: string): string => raw.replace(/"timestamp":"[^"]+"/g, "");

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
