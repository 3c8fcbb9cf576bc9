// Amazon SNS as a test can play it: a signing key with its certificate, and envelopes signed as the real ones are.
// WebCrypto alone, so that it works in Node and inside the Workers runtime.
import type { Json } from "../../src/alert.ts";

/** A topic, and where its envelopes say that the certificate is. */
export const snsTopic = "arn:aws:sns:us-east-1:012345678910:MatanoAlertingTopic";
export const snsHost = "sns.us-east-1.amazonaws.com";
export const snsCertificateUrl = `https://${snsHost}/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem`;

/** Parts of an envelope, in the vendor's names. */
export type Envelope = Record<string, Json>;

/** Who signs. */
export interface SnsSigner {
  /** The certificate, PEM. */
  certificate: string;
  /** The envelope with version and signature; parts that are given win over the defaults, and what is undefined is left out. */
  sign(parts: Envelope, version?: "1" | "2"): Promise<Envelope>;
}

/** Dates of a certificate, Unix ms, and the size of its key. */
export interface CertificateOptions {
  from?: number;
  to?: number;
  bits?: number;
}

/** Makes a key with a certificate of its own. */
export async function snsSigner({ from = Date.UTC(2020), to = Date.UTC(2040), bits = 2_048 }: CertificateOptions = {}): Promise<SnsSigner> {
  const parameters = { name: "RSASSA-PKCS1-v1_5", modulusLength: bits, publicExponent: new Uint8Array([1, 0, 1]), hash: "SHA-256" };
  const pair = (await crypto.subtle.generateKey(parameters, true, ["sign", "verify"])) as CryptoKeyPair;
  const pkcs8 = (await crypto.subtle.exportKey("pkcs8", pair.privateKey)) as ArrayBuffer;
  const spki = new Uint8Array((await crypto.subtle.exportKey("spki", pair.publicKey)) as ArrayBuffer);
  // The hash belongs to a key in WebCrypto, and the two versions differ in it.
  const keyOf = (hash: string) => crypto.subtle.importKey("pkcs8", pkcs8, { name: "RSASSA-PKCS1-v1_5", hash }, false, ["sign"]);
  const keys = { "1": await keyOf("SHA-1"), "2": await keyOf("SHA-256") };
  const sign = async (text: string, version: "1" | "2") =>
    new Uint8Array(await crypto.subtle.sign("RSASSA-PKCS1-v1_5", keys[version], new TextEncoder().encode(text)));
  return {
    certificate: await certificateOf(spki, { from, to }, (text) => crypto.subtle.sign("RSASSA-PKCS1-v1_5", keys["2"], text)),
    sign: async (parts, version = "2") => {
      const envelope: Envelope = { ...defaultsOf(parts), ...parts, SignatureVersion: version };
      return {
        ...envelope,
        Signature: base64(await sign(textToSign(envelope), version)),
        SigningCertURL: parts.SigningCertURL ?? snsCertificateUrl,
      };
    },
  };
}

let made = 0;

function defaultsOf(parts: Envelope): Envelope {
  made += 1;
  const type = parts.Type ?? "Notification";
  const common: Envelope = {
    Type: type,
    MessageId: `edeb3e00-ad32-5092-abe9-${String(made).padStart(12, "0")}`,
    TopicArn: snsTopic,
    Message: "",
    Timestamp: new Date().toISOString(),
  };
  const topic = String(parts.TopicArn ?? snsTopic);
  if (type === "Notification")
    return {
      ...common,
      UnsubscribeURL: `https://${snsHost}/?Action=Unsubscribe&SubscriptionArn=${topic}:c9135db0-26c4-47ec-8998-413945fb5a96`,
    };
  const token = `token-${made}`;
  return {
    ...common,
    Message: `You have chosen to subscribe to the topic ${topic}.`,
    Token: token,
    SubscribeURL: `https://${snsHost}/?Action=ConfirmSubscription&TopicArn=${topic}&Token=${token}`,
  };
}

/** Written apart from the code under test, from the vendor's description alone. */
function textToSign(envelope: Envelope): string {
  const confirmation = envelope.Type !== "Notification";
  const names = confirmation
    ? ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"]
    : ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"];
  return names
    .flatMap((name) => (Object.hasOwn(envelope, name) ? [name, String(envelope[name])] : []))
    .join("\n")
    .concat("\n");
}

const base64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));

// X.509 in DER, as little of it as a reader asks for (RFC 5280, section 4.1).
const SHA256_WITH_RSA = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b];
const COMMON_NAME = [0x55, 0x04, 0x03];

async function certificateOf(
  spki: Uint8Array,
  { from, to }: { from: number; to: number },
  sign: (bytes: Uint8Array<ArrayBuffer>) => Promise<ArrayBuffer>,
): Promise<string> {
  const algorithm = der(0x30, der(0x06, SHA256_WITH_RSA), der(0x05));
  const name = der(0x30, der(0x31, der(0x30, der(0x06, COMMON_NAME), der(0x0c, text("sns.amazonaws.com")))));
  const dates = der(0x30, der(0x18, text(time(from))), der(0x18, text(time(to))));
  const body = der(0x30, der(0xa0, der(0x02, [2])), der(0x02, [1]), algorithm, name, dates, name, spki);
  const signature = new Uint8Array(await sign(body));
  const whole = base64(der(0x30, body, algorithm, der(0x03, [0], signature)));
  return `-----BEGIN CERTIFICATE-----\n${whole.replace(/.{64}/g, "$&\n")}\n-----END CERTIFICATE-----\n`;
}

function der(tag: number, ...parts: (Uint8Array | number[])[]): Uint8Array<ArrayBuffer> {
  const content = parts.flatMap((part) => [...part]);
  const size = content.length;
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Uint8Array.from([tag, ...length, ...content]);
}

const text = (content: string): Uint8Array => new TextEncoder().encode(content);
const time = (ms: number): string => `${new Date(ms).toISOString().replace(/[-:T]/g, "").slice(0, 14)}Z`;
