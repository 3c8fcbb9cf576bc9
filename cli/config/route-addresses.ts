// The addresses of routes.
import type { Run } from "../frame/run.ts";
import { knownAddress } from "../frame/target.ts";
import type { Tables } from "./edits.ts";

/** The address that a vendor posts to. Without `[relay] url` it is that of the relay that runs here, or has to be put together. */
export async function addressOfRoute(run: Run, document: Tables, id: string): Promise<string> {
  const relay = await run.relay();
  const said: unknown = document.relay?.url;
  const base = typeof said === "string" ? said.replace(/\/+$/, "") : (knownAddress(relay) ?? "https://YOUR-RELAY");
  return `${base}/hooks/${id.toLowerCase()}`;
}
