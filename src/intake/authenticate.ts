// What a route's `auth` asks of a request, checked on the raw bytes and in constant time.
import type { Auth } from "../config/model.ts";
import { resolveSecrets } from "../config/secret.ts";
import { isSigned } from "../lib/hmac.ts";
import { sameText } from "../lib/keys.ts";

/** Whether the request proves who sent it. A secret that is not set proves nothing: then every request is refused. */
export async function authenticate(auth: Auth | undefined, headers: Headers, body: Uint8Array, env: object, now: number): Promise<boolean> {
  if (!auth) return true;
  const { settings, missing } = resolveSecrets(auth, env);
  // During a rotation one of several signing keys may be gone already; otherwise a missing secret refuses.
  if (missing.length > 0 && settings.type !== "hmac") return false;
  switch (settings.type) {
    case "header":
      return sameText(headers.get(settings.name) ?? "", settings.value);
    case "basic":
      return sameBasic(headers.get("authorization") ?? "", settings);
    case "hmac":
      return isSigned(settings, headers, body, now);
  }
}

function sameBasic(header: string, { username, password }: { username: string; password: string }): boolean {
  const [scheme = "", token = ""] = header.split(" ", 2);
  if (scheme.toLowerCase() !== "basic") return false;
  const expected = new TextEncoder().encode(`${username}:${password}`);
  return sameText(token, btoa(String.fromCharCode(...expected)));
}
