// The filters that are on, each with the way to take it off.
import { html } from "hono/html";
import { utcTime } from "../../lib/text.ts";
import { addressWith, type Html, line, words } from "../frame/parts.ts";
import { listed } from "../frame/pills.ts";
import { QUICK_SPANS } from "./search.ts";

/** Filters, in the order of the form, with the word before their value. */
const FILTERS: readonly (readonly [name: string, label: string])[] = [
  ["q", "words"],
  ["severity", "severity"],
  ["status", "status"],
  ["route", "route"],
  ["source", "source"],
  ["observable", "observable"],
  ["span", "time"],
  ["from", "from"],
  ["to", "to"],
];
const SEVERAL = new Set(["severity", "status", "route", "source"]);

/** The values of a filter, as the address has them. */
const valuesOf = (url: URL, name: string): string[] =>
  SEVERAL.has(name) ? listed(url, name) : [url.searchParams.get(name) ?? ""].filter((text) => text !== "");

/** Whether any filter is on. */
export const isFiltered = (url: URL): boolean => FILTERS.some(([name]) => valuesOf(url, name).length > 0);

/** The chips; nothing where no filter is on. */
export function chips(url: URL): Html | undefined {
  if (!isFiltered(url)) return undefined;
  const all = FILTERS.flatMap(([name, label]) => valuesOf(url, name).map((value) => chip(url, name, label, value)));
  return html`<ul class="chips" aria-label="Filters that are on">${all}<li><a class="quiet" href="${url.pathname}">Clear all</a></li></ul>`;
}

function chip(url: URL, name: string, label: string, value: string): Html {
  const others = valuesOf(url, name).filter((one) => one !== value);
  const href = addressWith(url, { [name]: others.length > 0 ? others.join(",") : undefined, cursor: undefined });
  return html`<li><a class="chip" href="${href}"><span class="soft">${label}</span> <bdi>${shown(name, value)}</bdi> <span aria-hidden="true">×</span><span class="skip">, take it off</span></a></li>`;
}

function shown(name: string, value: string): string {
  if (name === "span") return QUICK_SPANS.find(([span]) => span === value)?.[1] ?? value;
  if (name === "from" || name === "to")
    return utcTime(value.includes("Z") || !value.includes("T") ? value : `${value}Z`) ?? line(value, 60);
  return SEVERAL.has(name) ? words(line(value, 60)) : line(value, 60);
}
