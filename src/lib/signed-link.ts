// The addresses behind a message's "Acknowledge" and "Silence": `/act/{alert}/{verb}/{destination}/{expiry}/{seal}`. Only characters that no
// chat encodes stand in them. The seal is a signature (`link-seal.ts`); until a message is sent, a random marker of the same length stands there.

/** What a link lets somebody do. */
export const ACTS = ["acknowledge", "silence"] as const;
export type ActVerb = (typeof ACTS)[number];

/** One link, without its seal. */
export interface Act {
  /** The alert's id. */
  alert: string;
  verb: ActVerb;
  /** The destination whose message has the link. */
  destination: string;
  /** Until when it works, Unix ms; whole seconds count. */
  expiresAt: number;
}

/** What stands for the seals of one message until they are known. No text of an alert can hold the marker, which is made with the message. */
export interface Unsealed {
  marker: string;
  expiresAt: number;
}

/** What stands in place of a link's seal: as long as a seal. */
export const standIn = ({ marker }: Pick<Unsealed, "marker">, verb: ActVerb): string => `${marker}${verb.charAt(0)}`;

/** How long a message's links work. */
export const LINK_MS = 7 * 86_400_000;
/** 32 bytes as base64url. */
export const SEAL = /^[\w-]{43}$/;

const LETTERS = "abcdefghijkmnpqrstuvwxyz23456789";

/** A marker at random, one character shorter than a seal; nothing that Markdown or HTML would change stands in it. */
export const newMarker = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(42)), (byte) => LETTERS[byte % LETTERS.length]).join("");

/** Bytes as text that stands in an address as it is. */
export const base64Url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");

/** The path of a link; all of it but the seal is what is signed. */
export const actPath = (act: Act, seal: string): string => `${signedPart(act)}/${seal}`;

/** What a seal signs. */
export const signedPart = ({ alert, verb, destination, expiresAt }: Act): string =>
  `/act/${alert}/${verb}/${destination}/${Math.floor(expiresAt / 1_000).toString(36)}`;

/** Reads the parts of a path; undefined where they are none that we ever wrote. */
export function parseAct(parts: Readonly<Record<"alert" | "verb" | "destination" | "expiry", string>>): Act | undefined {
  const verb = ACTS.find((one) => one === parts.verb);
  if (!verb || !/^[1-9a-z][0-9a-z]{0,8}$/.test(parts.expiry)) return undefined;
  return { alert: parts.alert, verb, destination: parts.destination, expiresAt: Number.parseInt(parts.expiry, 36) * 1_000 };
}
