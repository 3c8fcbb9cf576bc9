// What several gates make of an alert's facts and of keys.
import { type Asset, SEVERITIES, type Severity, severityId } from "../alert.ts";
import { oneLine, shorten } from "../lib/text.ts";
import type { MemberFacts } from "./interface.ts";

const MOST_TITLE = 200;
const MOST_ASSETS = 5;
/** The longest name of a host. */
const MOST_NAME = 255;
const MOST_URL = 500;
/** Tags of an alert, and their length. */
export const MOST_TAGS = 50;
const MOST_TAG = 100;
/** Assets of an alert of our own. */
const MOST_PATCH_ASSETS = 20;
/** A lower version that comes so much later is that of an alert that began anew. */
const REBORN_MS = 86_400_000;

/** Which of several things said of one alert is the newest. */
export interface Stamp {
  version: number;
  /** Unix ms. */
  at: number;
}

/** Whether what is said now is news against what was said before. */
export function isNewer(said: Stamp, before: Stamp | undefined): boolean {
  if (!before) return true;
  if (said.version === before.version) return said.at >= before.at;
  return said.version > before.version || said.at > before.at + REBORN_MS;
}

/** The facts, no longer than many of them in one row may be: what stands in them is a source's to write. */
export const shortened = ({ title, assets, url, category, tags, ...facts }: MemberFacts): MemberFacts => ({
  ...facts,
  title: shorten(oneLine(title), MOST_TITLE),
  assets: assets.slice(0, MOST_ASSETS).map((name) => shorten(oneLine(name), MOST_NAME)),
  ...(url !== undefined && url.length <= MOST_URL ? { url } : {}),
  ...(category === undefined ? {} : { category: shorten(oneLine(category), MOST_NAME) }),
  ...(tags === undefined ? {} : { tags: tags.slice(0, MOST_TAGS).map((tag) => shorten(oneLine(tag), MOST_TAG)) }),
});

/** The worst of some severities; the mildest there is for none. */
export const worstOf = (severities: Iterable<Severity>): Severity =>
  SEVERITIES[Math.max(0, ...[...severities].map((severity) => severityId(severity) - 1))] ?? "info";

/** Names of assets as assets, each once. */
export const assetsOf = (names: Iterable<string>): Asset[] =>
  [...new Set(names)]
    .filter((name) => name !== "")
    .sort()
    .slice(0, MOST_PATCH_ASSETS)
    .map((name) => ({ name }));

/** A key for people, in one line; empty where there is none. */
export const keyText = (key: string): string =>
  shorten(
    key
      .split(/\p{Cc}+/u)
      .filter(Boolean)
      .join(", "),
    MOST_TITLE,
  );

/** A title with the key that it is about, unless it says so already. */
export function aboutKey(title: string, key: string): string {
  const text = keyText(key);
  return text === "" || title.includes(text) ? title : `${title} (${text})`;
}

/** A moment as a sentence has it: `2026-11-21 14:00 UTC`. */
export const momentText = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;

/** A time so long after another one; at once where our clock has gone back behind that. Unix ms. */
export const after = (at: number, ms: number, now: number): number => (at > now ? now : at + ms);

/** Words as a sentence. */
export const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
