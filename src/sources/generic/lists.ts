// The lists of an alert: assets, observables, ATT&CK references, tags.
import type { Asset, Attack, Json, Observable } from "../../alert.ts";
import { attacksOf, techniqueIn } from "../attack.ts";
import { distinctAssets, distinctBy, distinctObservables } from "../distinct.ts";
import { indicatorType, isIp } from "../indicator.ts";
import { asLine, compact, maxMembers } from "../read.ts";
import { compile } from "./expression.ts";
import { shortName } from "./path.ts";
import type { Reading } from "./reading.ts";
import type { AssetMapping, Mapping, ObservableMapping } from "./settings.ts";

/** The alert's lists; one that the mapping does not tell, or that is empty in this entry, is absent and so stays as it was. */
export function listsOf(reading: Reading, mapping: Mapping) {
  return {
    assets: some(distinctAssets((mapping.assets ?? []).flatMap((one, index) => assets(reading, one, `assets[${index}]`)))),
    observables: some(
      distinctObservables((mapping.observables ?? []).flatMap((one, index) => observables(reading, one, `observables[${index}]`))),
    ),
    attacks: some(attacks(reading.all("attacks", mapping.attacks))),
    tags: some(distinctBy(lines(reading.all("tags", mapping.tags)), (tag) => tag)),
  };
}

const some = <Item>(list: Item[]): Item[] | undefined => (list.length > 0 ? list.slice(0, maxMembers) : undefined);

const lines = (values: readonly Json[]): string[] => values.flatMap((value) => asLine(value) ?? []);

/** Where the parts of one thing are read: in each member of a list, or in the entry. */
function placesOf(reading: Reading, each: readonly string[] | undefined, field: string): Reading[] {
  if (each === undefined) return [reading];
  return reading
    .all(`${field}.each`, each)
    .slice(0, maxMembers)
    .map((member) => reading.inside(member));
}

function assets(reading: Reading, { each, name, ip, id, type }: AssetMapping, field: string): Asset[] {
  return placesOf(reading, each, field).flatMap((place) => {
    // Of one thing the parts belong together; of many, such as `hosts.*.name`, there are only names.
    const names = lines(place.all(`${field}.name`, name)).slice(0, maxMembers);
    const address = place.first(`${field}.ip`, ip, asLine);
    const single = names.length === 1;
    return names.map((text) =>
      compact<Asset>({
        name: text,
        ip: isIp(text) ? text : single && address !== undefined && isIp(address) ? address : undefined,
        type: wordOf(place, `${field}.type`, type),
        id: single ? place.first(`${field}.id`, id, asLine) : undefined,
      }),
    );
  });
}

function observables(reading: Reading, { each, value, type, name }: ObservableMapping, field: string): Observable[] {
  return placesOf(reading, each, field).flatMap((place) =>
    value.flatMap((text) =>
      lines(place.all(`${field}.value`, [text])).map((found) => {
        const kind = wordOf(place, `${field}.type`, type)?.toLowerCase() ?? indicatorType(found);
        return { name: wordOf(place, `${field}.name`, name) ?? nameOf(text) ?? kind, type: kind, value: found };
      }),
    ),
  );
}

function nameOf(text: string): string | undefined {
  const compiled = compile(text);
  return compiled.ok && compiled.value.kind === "path" ? asLine(shortName(compiled.value.path)) : undefined;
}

/** A word as it stands, or what its expression gives. */
function wordOf(reading: Reading, field: string, word: string | undefined): string | undefined {
  return word?.startsWith("=") ? reading.first(field, [word], (value) => asLine(value)) : asLine(word);
}

/** Ids of techniques wherever they stand in a text; ids and names of tactics for the others. */
function attacks(values: readonly Json[]): Attack[] {
  const texts = [...new Set(lines(values))].slice(0, maxMembers);
  const techniques = texts.flatMap((text) => techniqueIn(text) ?? []);
  const others = texts.filter((text) => techniqueIn(text) === undefined);
  const ids = others.filter((text) => /^TA\d{4}$/i.test(text)).map((id) => ({ tactic: id.toUpperCase() }));
  const tactics = others.filter((text) => !/^TA\d{4}$/i.test(text));
  return [
    ...attacksOf(
      distinctBy(techniques, (id) => id).map((technique) => ({ technique })),
      tactics,
    ),
    ...ids,
  ];
}
