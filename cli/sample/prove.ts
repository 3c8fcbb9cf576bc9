// A body as its sender would send it: with what the route asks for as a proof, as far as its secrets are known here.
import { createHmac } from "node:crypto";
import type { Json } from "../../src/alert.ts";
import type { Auth, Route } from "../../src/config/model.ts";
import { resolveSecrets } from "../../src/config/secret.ts";
import type { HmacScheme } from "../../src/lib/hmac.ts";
import { fail, ok, type Result } from "../../src/outcome.ts";
import type { Source } from "../../src/sources/source.ts";
import { withBodySecret } from "./body-secret.ts";

/** What is posted. */
export interface Proved {
  body: string;
  headers: Record<string, string>;
}

/** Proves a body, which is JSON; the reason is a sentence. `secrets` by name; `now` in Unix ms. */
export function proved(
  route: Pick<Route, "auth" | "settings">,
  source: Source,
  text: string,
  secrets: object,
  now: number,
): Result<Proved, string> {
  const own = ownProof(route.settings, source, text, secrets, now);
  if (!own.ok || route.auth === undefined) return own;
  const { settings: auth, missing } = resolveSecrets(route.auth, secrets);
  // One of several signing keys is enough.
  if (missing.length > 0 && !(auth.type === "hmac" && auth.secrets.some((secret) => secret !== ""))) return fail(unknown(missing));
  return ok({ body: own.value.body, headers: { ...own.value.headers, ...headersOf(auth, own.value.body, now) } });
}

/** What the source itself asks for, besides the route's `auth`. */
function ownProof(unresolved: unknown, source: Source, text: string, secrets: object, now: number): Result<Proved, string> {
  const { settings, missing } = resolveSecrets(unresolved, secrets);
  switch (source.proof(unresolved)) {
    case "path":
      return ok({ body: text, headers: {} });
    case "signature": {
      const scheme = source.signature?.(settings);
      if (scheme === undefined)
        return fail(
          `A request of ${source.label} is signed with a key that its vendor alone has. A route that allows it (allow_raw) takes a sample without.`,
        );
      return scheme.secrets.some((secret) => secret !== "")
        ? ok({ body: text, headers: signed(scheme, text, now) })
        : fail(unknown(missing));
    }
    case "secret in the body": {
      const body = withBodySecret(source.type, JSON.parse(text) as Json, settings);
      // The adapter is the judge of where its secret stands.
      return source.authenticateBody?.(body, settings) ? ok({ body: JSON.stringify(body), headers: {} }) : fail(unknown(missing));
    }
  }
}

const unknown = (names: readonly string[]): string =>
  names.length === 0
    ? "The route asks for a proof that cannot be made from what its configuration tells."
    : `The sender proves itself with ${names.length === 1 ? "the secret" : "the secrets"} ${names.join(", ")}, not known here.`;

function headersOf(auth: Auth, body: string, now: number): Record<string, string> {
  switch (auth.type) {
    case "header":
      return { [auth.name]: auth.value };
    case "basic":
      return { authorization: `Basic ${Buffer.from(`${auth.username}:${auth.password}`).toString("base64")}` };
    case "hmac":
      return signed(auth, body, now);
  }
}

/** The signature's header, and the timestamp's where there is one. */
function signed(
  { secrets, header, algorithm, encoding, prefix, timestampHeader }: HmacScheme,
  body: string,
  now: number,
): Record<string, string> {
  const timestamp = String(Math.floor(now / 1_000));
  const text = timestampHeader === undefined ? body : `${timestamp}:${body}`;
  const key = secrets.find((secret) => secret !== "") ?? "";
  return {
    [header]: `${prefix}${createHmac(algorithm, key).update(text).digest(encoding)}`,
    ...(timestampHeader === undefined ? {} : { [timestampHeader]: timestamp }),
  };
}
