// A configuration's text for a page: the ids of routes and plain secrets are veiled, each by words that say what stands there. The way back puts
// them in again, so that a text can be edited by somebody who did not ask to see them.
import { type PlacedText, plainSecretsIn } from "./plain-secrets.ts";
import { type Path, pathText } from "./problem.ts";
import type { Registries } from "./route.ts";
import { isTable } from "./table.ts";
import { type ConfigFile, parseConfigText } from "./toml.ts";

/** A text as it may be shown, and the way back for what was made of it: all of it, or the ids alone. */
export interface Veiled {
  text: string;
  unveil(edited: string, what?: "ids"): string;
}

/** What of a text is veiled. `ids`: those of routes too, which are credentials. */
export interface VeilOptions {
  ids: boolean;
}

/** Shorter than this, a secret may stand anywhere by chance. */
const LEAST_ELSEWHERE = 8;

/** Veils a text that was applied once; undefined where it cannot be read any more. */
export function veil(text: string, registries: Registries, { ids }: VeilOptions): Veiled | undefined {
  const file = parseConfigText(text);
  if (!file.ok) return undefined;
  const { document } = file.value;
  const hidden = [...(ids ? idsIn(document) : []), ...secretsIn(document, registries)].flatMap((one) => placedIn(file.value, one));
  const shown = hidden
    .toSorted((left, right) => right.range[0] - left.range[0])
    .reduce((rest, { range: [from, to], veil: by }) => `${rest.slice(0, from)}"${by}"${rest.slice(to)}`, text);
  // A comment may say it once more, or name the id of a route that is not there any more.
  const again = hidden.filter(({ value }) => value.length >= LEAST_ELSEWHERE);
  const known = again.reduce((rest, { value, veil: by }) => rest.replaceAll(value, by), shown);
  const others = ids ? otherIdsIn(known) : [];
  return {
    text: others.reduce((rest, { value, veil: by }) => rest.replaceAll(value, by), known),
    unveil: (edited, what) => {
      const chosen = hidden.filter(({ isId }) => isId || what === undefined);
      const values = chosen.reduce((rest, { veil: by, written }) => rest.replaceAll(`"${by}"`, () => written), edited);
      return [...chosen, ...others].reduce((rest, { value, veil: by }) => rest.replaceAll(by, () => value), values);
    },
  };
}

interface Hidden {
  path: Path;
  value: string;
  veil: string;
  isId: boolean;
}

function placedIn(file: ConfigFile, one: Hidden): (Hidden & { range: readonly [number, number]; written: string })[] {
  const range = file.rangeOf(one.path);
  return range === undefined ? [] : [{ ...one, range, written: file.text.slice(...range) }];
}

function idsIn({ routes }: Record<string, unknown>): Hidden[] {
  return Object.entries(isTable(routes) ? routes : {}).flatMap(([name, table]) => {
    if (!isTable(table)) return [];
    const former: readonly unknown[] = Array.isArray(table.former_ids) ? table.former_ids : [];
    return [
      ...hiddenId(table.id, ["routes", name, "id"], `(hidden: the id of ${name})`),
      ...former.flatMap((one, index) =>
        hiddenId(Object(one).id, ["routes", name, "former_ids", index, "id"], `(hidden: former id ${index + 1} of ${name})`),
      ),
    ];
  });
}

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;

/** What looks like a route's id and stands anywhere else: in a comment, most likely. */
const otherIdsIn = (text: string): Pick<Hidden, "value" | "veil">[] =>
  [...new Set(text.match(UUID))].map((value, index) => ({ value, veil: `(hidden: another id, ${index + 1})` }));

const hiddenId = (value: unknown, path: Path, words: string): Hidden[] =>
  typeof value === "string" ? [{ path, value, veil: words, isId: true }] : [];

const secretsIn = (document: Record<string, unknown>, registries: Registries): Hidden[] =>
  plainSecretsIn(document, registries).map(({ path, text: value }: PlacedText) => ({
    path,
    value,
    isId: false,
    // A key may be written with quotes, which would end the text.
    veil: `(hidden: the secret at ${pathText(path).replaceAll(/["\\]/g, "")})`,
  }));
