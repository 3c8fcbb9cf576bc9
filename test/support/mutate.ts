// Bodies that are almost right, for tests of liberal reading.
import fc from "fast-check";
import type { Json } from "../../src/alert.ts";

/** Texts that break a parser, a template or a chat's markup where they are not kept as data. */
export const hostileTexts: Readonly<Record<string, string>> = {
  mentions: "<!channel> <@U123> @everyone @here",
  html: '"><script>alert(1)</script>',
  markdown: "[safe](https://evil.example) `x` *y* ```z```",
  templates: "{{ alert.data }} {% include 'x' %} <%= 1 %>",
  "line breaks and control characters": "line one\r\nline two\u2028line three\u0000\u001b[31m",
  "invisible characters": "\u202egnp.exe\u200b\u{e0041}",
  "half a character": "\ud800 lone surrogate",
  "a prototype's name": "__proto__",
  "an inherited name": "constructor",
  "another scheme": "javascript:alert(1)",
  "a path": "../../x?y#z",
  "20,000 characters": "A".repeat(20_000),
};

const strangers: readonly Json[] = [null, "", "text", 0, -1, 1e308, 1760000000, true, [], [[]], ["text"], {}, { uuid: {}, name: [] }];

/** The body with up to four members removed or of another type. */
export function mutations(body: Json): fc.Arbitrary<Json> {
  const change = fc.record({ at: fc.nat(), to: fc.option(fc.constantFrom(...strangers), { nil: undefined }) });
  return fc.array(change, { minLength: 1, maxLength: 4 }).map((changes) => {
    const copy = { root: structuredClone(body) };
    for (const { at, to } of changes) mutate(copy, at, to);
    return copy.root;
  });
}

/** The body with every text but its discriminators replaced; those decide what is read at all. */
export function withEveryText(body: Json, text: string): Json {
  return JSON.parse(JSON.stringify(body), (key, value: Json) =>
    typeof value === "string" && !["type", "action", "sharedsecret"].includes(key) ? text : value,
  ) as Json;
}

/** The same JSON, every object's members in the reverse order. */
export function reordered(value: Json): Json {
  if (Array.isArray(value)) return value.map(reordered);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, member]) => [key, reordered(member)]),
  );
}

function mutate(root: { root: Json }, at: number, to: Json | undefined): void {
  const places = placesOf(root);
  const place = places[at % places.length];
  if (!place) return;
  const [owner, key] = place;
  if (to !== undefined) Reflect.set(owner, key, structuredClone(to));
  else if (owner !== root) Reflect.deleteProperty(owner, key);
}

/** Every member of every object and list, with what holds it. */
function placesOf(value: object): [object, string][] {
  return Object.entries(value).flatMap(([key, member]): [object, string][] => [
    [value, key],
    ...(typeof member === "object" && member !== null ? placesOf(member) : []),
  ]);
}
