// The failure of a call to an object.
import { errorText } from "../../../src/lib/log.ts";

/** What a call failed with; "none" when it did not. Awaited at once, since nobody else may see the failure of an RPC. */
export async function failureOf(call: () => Promise<unknown>): Promise<string> {
  try {
    await call();
    return "none";
  } catch (error) {
    return errorText(error);
  }
}
