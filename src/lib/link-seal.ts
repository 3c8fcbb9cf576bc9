// The signature of a link: HMAC-SHA256 by a key that is made for links alone, whatever secret it is made from.
import { sameText } from "./keys.ts";
import { ACTS, type Act, base64Url, SEAL, signedPart, standIn, type Unsealed } from "./signed-link.ts";

/** Keeps this key apart from every other use of the same secret. */
const INFO = "tocsin links v1";

/** Secrets change only with the isolate: the key is made once. */
let made: { secret: string; key: Promise<CryptoKey> } | undefined;

function keyOf(secret: string): Promise<CryptoKey> {
  if (made?.secret !== secret) made = { secret, key: derive(secret) };
  return made.key;
}

async function derive(secret: string): Promise<CryptoKey> {
  const bytes = new TextEncoder();
  const base = await crypto.subtle.importKey("raw", bytes.encode(secret), "HKDF", false, ["deriveBits"]);
  const how = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: bytes.encode(INFO) };
  const bits = await crypto.subtle.deriveBits(how, base, 256);
  return crypto.subtle.importKey("raw", bits, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
}

/** The seal of a link: 43 characters. */
export async function sealOf(act: Act, secret: string): Promise<string> {
  const signature = await crypto.subtle.sign("HMAC", await keyOf(secret), new TextEncoder().encode(signedPart(act)));
  return base64Url(new Uint8Array(signature));
}

/** Whether we sealed this link; in time that does not depend on how wrong it is. */
export async function isSealed(act: Act, seal: string, secret: string): Promise<boolean> {
  return SEAL.test(seal) && sameText(seal, await sealOf(act, secret));
}

/** Puts the seals into a message, wherever its links stand. Answers them as well: what a chat answers may repeat them. */
export async function sealed(
  body: string,
  { alert, destination, marker, expiresAt }: Unsealed & Pick<Act, "alert" | "destination">,
  secret: string,
): Promise<{ body: string; seals: string[] }> {
  let text = body;
  const seals: string[] = [];
  for (const verb of ACTS) {
    const open = standIn({ marker }, verb);
    if (!text.includes(open)) continue;
    const seal = await sealOf({ alert, verb, destination, expiresAt }, secret);
    text = text.replaceAll(open, seal);
    seals.push(seal);
  }
  return { body: text, seals };
}
