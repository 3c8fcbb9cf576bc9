// How a parrot repeats secrets: each time in another of the ways in which servers write what they quote.

/** Secrets, each with the part by which it is recognised. */
export type Secrets = Readonly<Record<string, string>>;

const DISGUISES: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => JSON.stringify(text).slice(1, -1),
  encodeURIComponent,
  (text) => Buffer.from(text).toString("base64"),
  (text) => text.replace(/[&<>"']/g, (sign) => `&${HTML[sign]};`),
  (text) => encodeURIComponent(text).replace(/%../g, (code) => code.toLowerCase()),
  // Far enough behind to be cut off in the middle, wherever somebody cuts.
  (text) => `${"x".repeat(280)}${text}`,
  (text) => Buffer.from(`token:${text}`).toString("base64url"),
];
const HTML: Record<string, string> = { "&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "#39" };

/** Makes the words of one parrot: every secret that it was told just now, whole and in parts, disguised otherwise than the last time. */
export function parrotWords(secrets: () => Secrets): (told: string) => string {
  const turns = new Map<string, number>();
  return (told) =>
    Object.entries(secrets())
      .filter(([, telling]) => told.includes(telling))
      .flatMap(([secret]) => {
        const turn = turns.get(secret) ?? 0;
        turns.set(secret, turn + 1);
        const parts = [secret, ...partsOf(secret)];
        const first = Math.floor(turn / DISGUISES.length) % parts.length;
        const disguise = DISGUISES[turn % DISGUISES.length] ?? String;
        return [...parts.slice(first), ...parts.slice(0, first)].map(disguise);
      })
      .join(" ");
}

/** What of an address a server knows: the path and what is in it. */
function partsOf(secret: string): string[] {
  const url = URL.parse(secret);
  if (!url?.protocol.startsWith("http")) return [];
  return [`${url.pathname}${url.search}`, url.pathname, ...url.pathname.split("/"), ...url.searchParams.values()].filter(
    (part) => part.length >= 12,
  );
}
