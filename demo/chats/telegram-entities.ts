// What Telegram makes of a text by itself: names, commands, tags, addresses and numbers that nobody marked up become links.
// Facts: the rules of TDLib, which the Bot API server runs on (github.com/tdlib/td, td/telegram/MessageEntity.cpp: match_mentions,
// match_bot_commands, match_hashtags, match_cashtags, match_urls, match_tg_urls, is_email_address, match_bank_card_numbers, merge_new_entities).

/** A part of a text, in UTF-16 units. */
export interface Entity {
  type: string;
  offset: number;
  length: number;
  url?: string;
  user?: { id: number };
}

/** Inside these nothing is found, and they cannot overlap one another. */
const HOLDING = new Set(["code", "pre", "text_link", "text_mention", "custom_emoji"]);

const TAG = String.raw`\p{Nd}\p{L}_\u200c\u00b7\u0d80-\u0dff`;
const LABEL = String.raw`(?:[A-Za-z0-9_~-]|[^\x00-\xbf\p{Z}\u2000-\u206f])+`;
const PATH = String.raw`(?:[/?#][^\s<>"«»\u2000-\u200b\u200e\u200f\u2016-\u206f]*)?`;

const MENTION = /(?<![\p{L}\p{N}_])@([A-Za-z0-9_]{2,32})(?![\p{L}\p{N}_])/gu;
const COMMAND = /(?<![\p{L}\p{N}_/<>])\/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\p{L}\p{N}_/<>])/gu;
const HASHTAG = new RegExp(`(?<![${TAG}])#(?=[${TAG}]*\\p{L})[${TAG}]{1,256}(?![${TAG}#])`, "gu");
const CASHTAG = new RegExp(`(?<![$${TAG}])\\$(?:1INCH|[A-Z]{1,8})(?![$${TAG}])`, "gu");
const OWN_ADDRESS = new RegExp(`(?:tg|ton|tonsite)://[A-Za-z0-9_-]{1,253}${PATH}`, "giu");
const ADDRESS = new RegExp(
  `((?:https?|ftp)://)?(?:[^\\s/()\\[\\]{}'\`<>"@«»]+@)?((?:${LABEL}\\.)+${LABEL})\\.?(?::\\d{1,5})?${PATH}`,
  "giu",
);
const EMAIL = /(?<![\w.+-])[\w.+-]{1,64}@(?:[a-z0-9](?:[a-z0-9_-]{0,28}[a-z0-9])?\.){1,6}[a-z]{2,8}(?![\w-])/gi;
const CARD = /(?<![+_\p{L}\d.,-])\d(?:[ -]*\d){12,18}(?![-_\p{L}\d])/gu;
/** Found by Telegram's servers; TDLib leaves it to them. */
const PHONE = /(?<!\w)\+\d[\d ()-]{5,18}\d(?!\w)/g;

/**
 * Top-level domains that make a bare name a link, besides all of two letters. Telegram has the whole list of IANA; these are the ones that
 * alerts are likely to hold.
 */
const DOMAINS = new Set(
  (
    "com org net edu gov mil int info biz name pro mobi aero asia coop museum jobs travel xyz top site online shop club app dev page web zip " +
    "mov live link click win bid loan men work space tech store fun vip icu cloud email network systems digital agency security support " +
    "team group world today news blog wiki global company services solutions center bank finance money exchange onion example arpa " +
    "download stream review party racing science date trade accountant cricket faith host press website pw download cam bar rest monster"
  ).split(" "),
);

/** How closely to look. `any` takes every ending for a domain, which is stricter than Telegram is today. */
export type Endings = "known" | "any";

/** What Telegram would find in this text, beside the entities that were given; in order, none overlapping another. */
export function foundEntities(text: string, given: readonly Entity[] = [], endings: Endings = "known"): Entity[] {
  const found = [
    ...matches("mention", text, MENTION, ([, name = ""]) => name.length >= 4 || /^(gif|vid|pic)$/i.test(name)),
    ...matches("bot_command", text, COMMAND),
    ...matches("hashtag", text, HASHTAG),
    ...matches("cashtag", text, CASHTAG),
    ...matches("url", text, OWN_ADDRESS),
    ...matches("email", text, EMAIL),
    ...matches("url", text, ADDRESS, (match) => isAddress(match, text, endings)),
    ...matches("bank_card_number", text, CARD, ([digits]) => isCard(digits)),
    ...matches("phone_number", text, PHONE),
  ].toSorted((a, b) => a.offset - b.offset || b.length - a.length);
  const kept: Entity[] = [];
  const holding = given.filter(({ type }) => HOLDING.has(type));
  for (const entity of found) if (![...kept, ...holding].some((other) => overlap(entity, other))) kept.push(entity);
  return kept;
}

/** Whether two entities share a unit. */
export const overlap = (a: Entity, b: Entity): boolean => a.offset < b.offset + b.length && b.offset < a.offset + a.length;

function matches(type: string, text: string, pattern: RegExp, isOne: (match: RegExpExecArray) => boolean = () => true): Entity[] {
  return Array.from(text.matchAll(pattern)).flatMap((match) => {
    const length = type === "url" ? match[0].replace(/[.:;,('?!`]+$/, "").length : match[0].length;
    return isOne(match) ? [{ type, offset: match.index, length }] : [];
  });
}

function isAddress(match: RegExpExecArray, text: string, endings: Endings): boolean {
  const [, protocol, domain = ""] = match;
  const before = protocol === undefined ? Array.from(text.slice(0, match.index)).at(-1) : undefined;
  if (before !== undefined && /[\p{L}\p{N}_/#@]/u.test(before)) return false;
  const labels = domain.split(".");
  const [last = ""] = labels.slice(-1);
  if (labels.length === 4 && labels.every((label) => /^\d{1,3}$/.test(label) && Number(label) <= 255)) return true;
  if (!/[^\d.]/.test(domain) || Array.from(last).length < 2 || /[_-]/.test(last.replace(/^xn--/, ""))) return false;
  if (protocol !== undefined || endings === "any" || last.startsWith("xn--")) return true;
  return /^[a-z]{2}$/i.test(last) || DOMAINS.has(last.toLowerCase()) || /[^\0-\x7f]/.test(last);
}

/** Luhn's sum. */
function isCard(text: string): boolean {
  const digits = Array.from(text.replace(/\D/g, ""), Number).reverse();
  const sum = digits.reduce((total, digit, index) => total + (index % 2 === 0 ? digit : digit < 5 ? 2 * digit : 2 * digit - 9), 0);
  return sum % 10 === 0;
}
