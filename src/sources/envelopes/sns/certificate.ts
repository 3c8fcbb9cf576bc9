// The public key of a signing certificate. The runtime has a reader of X.509, so there is none of our own.
import { X509Certificate } from "node:crypto";

/** The hash of each signature version: 1 is a topic's default, 2 a setting of the topic. */
export const HASHES: ReadonlyMap<string, "SHA-1" | "SHA-256"> = new Map([
  ["1", "SHA-1"],
  ["2", "SHA-256"],
]);

/** Smaller keys can be broken; Amazon's have 2048 bits. */
const FEWEST_BITS = 2_048;
/** Clocks differ. */
const SKEW_MS = 5 * 60_000;

/** Whether a text is a certificate at all. */
export const isCertificate = (pem: string): boolean => readCertificate(pem) !== undefined;

/**
 * The certificate's key for signatures with this hash; undefined when it is no certificate, not valid at `at` (Unix ms),
 * or its key is not RSA or too small. Who issued it is proved by where it was fetched: the chain is not in the file.
 */
export async function certificateKey(pem: string, hash: "SHA-1" | "SHA-256", at: number): Promise<CryptoKey | undefined> {
  const certificate = readCertificate(pem);
  if (!certificate) return undefined;
  const [from, to] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)];
  // Written so that a date which cannot be read is a date that does not fit.
  if (!(from <= at + SKEW_MS && at - SKEW_MS <= to)) return undefined;
  try {
    const { publicKey } = certificate;
    if (publicKey.asymmetricKeyType !== "rsa") return undefined;
    const spki = new Uint8Array(publicKey.export({ type: "spki", format: "der" }));
    const key = await crypto.subtle.importKey("spki", spki, { name: "RSASSA-PKCS1-v1_5", hash }, false, ["verify"]);
    const { modulusLength } = key.algorithm as { modulusLength?: number };
    return modulusLength !== undefined && modulusLength >= FEWEST_BITS ? key : undefined;
  } catch {
    return undefined;
  }
}

function readCertificate(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}
