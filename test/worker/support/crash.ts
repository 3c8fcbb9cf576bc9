// A crash: what the object had in memory, and whatever it was doing, is gone at once; what was committed stays.
import { runInDurableObject } from "cloudflare:test";

/** Ends the object. An eviction would wait until it is idle. */
export async function crash(stub: DurableObjectStub): Promise<void> {
  const ended = await runInDurableObject(stub, (_, state) => state.abort("a test crashed it")).then(
    () => false,
    () => true,
  );
  if (!ended) throw new Error("the object did not end");
}
