// The secret behind links in messages: one of their own, else the admin token, from which a key for links alone is made.
import type { Relay } from "./model.ts";
import { readSecret, secretReference } from "./secret.ts";

/** The secret that links are signed by; undefined where there is none, and then no message has such links. */
export function linkSecretOf({ linkKey }: Pick<Relay, "linkKey">, env: object): string | undefined {
  if (linkKey !== undefined) return secretReference(linkKey) ? readSecret(linkKey, env) : linkKey;
  const token: unknown = Reflect.get(env, "ADMIN_TOKEN");
  return typeof token === "string" && token !== "" ? token : undefined;
}
