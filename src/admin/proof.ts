// How a route's senders are proved, for people: what the route's `auth` asks for, and what the source's own settings do.
import type { Route } from "../config/model.ts";
import type { Source } from "../sources/source.ts";

/** One way in which a sender proves itself; `path` alone means that the route's address is all there is. */
export type SenderProof = "header" | "basic" | "hmac" | "secret in the body" | "signature" | "path";

/** Every proof that a request has to give; `["path"]` where it is nothing but the address. Settings are unresolved. */
export function proofsOf({ auth, settings }: Pick<Route, "auth" | "settings">, source: Pick<Source, "proof">): SenderProof[] {
  const own = source.proof(settings);
  const proofs: SenderProof[] = [...(auth ? [auth.type] : []), ...(own === "path" ? [] : [own])];
  return proofs.length > 0 ? proofs : ["path"];
}
