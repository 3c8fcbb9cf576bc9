// The Worker, which tells in its log what it takes off the queue: for tests about what travels there.
import worker from "../../../src/index.ts";

export * from "../../../src/index.ts";

/** `event` of the lines that hold a message. */
const TOLD = "test.queued";

export default {
  ...worker,
  queue(batch, env, ctx) {
    for (const { body } of batch.messages) console.log(JSON.stringify({ event: TOLD, body }));
    return worker.queue(batch, env, ctx);
  },
} satisfies typeof worker;
