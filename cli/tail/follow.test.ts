import { expect, test } from "vitest";
import { Api, Problem, Unreachable } from "../frame/api.ts";
import { Refusal } from "../frame/errors.ts";
import { follow } from "./follow.ts";

/** Runs until `answers` are used up: an error is thrown, anything else says whether there was news. Answers how it waited, and what was said. */
async function followed(...answers: (boolean | Error)[]): Promise<{ waits: number[]; said: string[]; connects: number }> {
  const until = new AbortController();
  const [waits, said]: [number[], string[]] = [[], []];
  let connects = 0;
  await follow({
    connect: async () => {
      connects += 1;
      return new Api({ url: "http://127.0.0.1:1", tokens: [].values() });
    },
    poll: async () => {
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return answer ?? false;
    },
    say: (text) => void said.push(text),
    until: until.signal,
    sleep: async (ms) => {
      waits.push(ms);
      if (answers.length === 0) until.abort();
    },
  });
  return { waits, said, connects };
}

test("it asks less often while nothing comes, and at once often again", async () => {
  const { waits, connects } = await followed(...Array.from({ length: 12 }, () => false), true);
  expect(waits[0]).toBeLessThan(1_000);
  expect(waits.slice(0, 12)).toEqual(waits.slice(0, 12).toSorted((left, right) => left - right));
  expect(waits[11]).toBe(4_000);
  expect(waits[12]).toBe(700);
  expect(connects).toBe(1);
});

test("a relay that is away is told once, and once when it is back; it is looked for anew", async () => {
  const { said, connects } = await followed(
    false,
    new Unreachable("The relay does not answer."),
    new Problem(503, "Try again."),
    false,
    false,
  );
  expect(said).toEqual(["The relay does not answer. Asking again until it does.", "The relay answers again; nothing was passed over."]);
  expect(connects).toBe(3);
});

test("what will not pass ends it: at the first question anything, later a token that is refused", async () => {
  await expect(followed(new Unreachable("The relay does not answer."), false)).rejects.toThrow("does not answer");
  await expect(followed(false, new Problem(401, "The relay does not accept this token."), false)).rejects.toThrow("does not accept");
  await expect(followed(false, new TypeError("a bug"), false)).rejects.toThrow("a bug");
  // While it restarts, no relay is found on this machine.
  expect((await followed(false, new Refusal("Which relay? None runs on this machine."), false)).said).toHaveLength(2);
});
