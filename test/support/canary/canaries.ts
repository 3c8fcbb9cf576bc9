// Secrets that are recognised wherever they turn up: whole or in part, as they are or encoded.
import { createHash } from "node:crypto";

/** What a canary stands for: a `path` may stand in the configuration, a `secret` nowhere. */
export type CanaryKind = "secret" | "path";

/** Something that was found. */
export interface Sighting {
  /** Which one, in which form: `SOC_URL (base64)`. */
  canary: string;
  kind: CanaryKind;
  /** The text around it. */
  around: string;
}

/** So many characters of a secret are as good as the whole: what is cut off in the middle is found too. */
const PIECE = 12;
/** Characters of a random part; several pieces of it. */
const LENGTH = 28;
const AROUND = 80;

/** A set of canaries. The same name gives the same text, in every run. */
export class Canaries {
  readonly #pieces = new Map<string, { canary: string; kind: CanaryKind }>();
  readonly #values = new Map<string, { value: string; random: string }>();

  /** Makes a secret around random letters and digits; only those are looked for, so what is around them may be well known. */
  secret(name: string, make: (random: string) => string = (random) => random, length = LENGTH): string {
    const random = randomText(name, length);
    const value = make(random);
    if (!value.includes(random)) throw new Error(`${name}: nothing of it would be found`);
    this.#add(name, "secret", random);
    this.#values.set(name, { value, random });
    return value;
  }

  /** Makes the UUID of a route. */
  path(name: string): string {
    const hex = createHash("sha256").update(`path ${name}`).digest("hex");
    const id = [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join("-");
    this.#add(name, "path", id);
    this.#add(`${name} without dashes`, "path", id.replaceAll("-", ""));
    return id;
  }

  /** Watches for something that another made: a token, a cookie. */
  watch(name: string, value: string): void {
    this.#add(name, "secret", value);
  }

  /** A secret that was made here. */
  value(name: string): string {
    const found = this.#values.get(name);
    if (!found) throw new Error(`there is no canary ${name}`);
    return found.value;
  }

  /** Every secret that was made here, with its random part. */
  get all(): Readonly<Record<string, string>> {
    return Object.fromEntries([...this.#values.values()].map(({ value, random }) => [value, random]));
  }

  /**
   * Every canary of which a piece stands in the text, in whatever case. For what is very large, `step`: only every so many places are
   * looked at, and a piece has to be so much longer to be found.
   */
  find(text: string, step = 1): Sighting[] {
    const lower = text.toLowerCase();
    const found = new Map<string, Sighting>();
    for (let at = 0; at + PIECE <= lower.length; at += step) {
      const known = this.#pieces.get(lower.slice(at, at + PIECE));
      if (known && !found.has(known.canary))
        found.set(known.canary, { ...known, around: text.slice(Math.max(0, at - AROUND), at + AROUND) });
    }
    return [...found.values()];
  }

  #add(name: string, kind: CanaryKind, value: string): void {
    for (const [form, text] of formsOf(value)) {
      const canary = form === "" ? name : `${name} (${form})`;
      const lower = text.toLowerCase();
      for (let at = 0; at + PIECE <= lower.length; at += 1) this.#pieces.set(lower.slice(at, at + PIECE), { canary, kind });
    }
  }
}

/**
 * How letters and digits look when they were encoded. In an address, in JSON and in HTML they stay as they are; Base64 depends on
 * what stands before them, so it has three forms, of which only what is theirs alone counts.
 */
function formsOf(value: string): [form: string, text: string][] {
  const bytes = Buffer.from(value);
  const base64 = [0, 1, 2].map((before): [string, string] => {
    const text = Buffer.concat([Buffer.alloc(before), bytes])
      .toString("base64")
      .replace(/=+$/, "");
    const own = text.slice(Math.ceil((before * 4) / 3), Math.floor(((before + bytes.length) * 8) / 6));
    return ["base64", own];
  });
  const forUrls = base64.map(([, text]): [string, string] => ["base64url", text.replaceAll("+", "-").replaceAll("/", "_")]);
  return [["", value], ["hex", bytes.toString("hex")], ...base64, ...forUrls];
}

const ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789";

function randomText(name: string, length: number): string {
  const bytes = createHash("sha512").update(`secret ${name}`).digest();
  return Array.from({ length }, (_, index) => ALPHABET[(bytes[index % bytes.length] ?? 0) % ALPHABET.length]).join("");
}
