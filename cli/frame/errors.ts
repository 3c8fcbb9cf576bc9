// Why a verb ends without having done its work. Everything else that is thrown is a bug.

/** A verb's end: an exit status, a sentence that says what and where, and what to do instead. */
abstract class End extends Error {
  abstract readonly status: 1 | 2;
  /** What to do about it, a sentence. */
  readonly hint: string | undefined;
  /** Members for the answer with `--json`, besides `error` and `hint`. */
  readonly detail: object;

  constructor(message: string, { hint, detail = {} }: { hint?: string; detail?: object } = {}) {
    super(message);
    this.hint = hint;
    this.detail = detail;
  }
}

/** The command or the configuration is wrong: exit status 2. Doing it again changes nothing. */
export class Refusal extends End {
  override readonly status = 2;
}

/** It could not be done: exit status 1. */
export class Failure extends End {
  override readonly status = 1;
}

/** Whether something thrown is one of the two. */
export const isEnd = (error: unknown): error is Refusal | Failure => error instanceof End;
