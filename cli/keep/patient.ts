// Calls that are worth making again: a long run must not end because one of a thousand calls came at a bad moment.
import { setTimeout as sleep } from "node:timers/promises";
import { Problem, Unreachable } from "../frame/api.ts";

const TRIES = 5;
const FIRST_MS = 500;

/** Makes a call; again after a pause when the relay is busy or does not answer. It has to be one that may be repeated. */
export async function patient<Answer>(call: () => Promise<Answer>): Promise<Answer> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await call();
    } catch (error) {
      if (tries === TRIES || !mayPass(error)) throw error;
      await sleep(FIRST_MS * 2 ** (tries - 1));
    }
  }
}

const mayPass = (error: unknown): boolean =>
  error instanceof Unreachable || (error instanceof Problem && [429, 500, 503].includes(error.code));
