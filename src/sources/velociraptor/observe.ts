// Indicators in the free-form members of a row: told by the member's name, or by their own form.
import type { Json, Observable } from "../../alert.ts";
import { distinctObservables } from "../distinct.ts";
import { isIp } from "../indicator.ts";
import { asLine, isObject, type JsonObject } from "../read.ts";

const MOST_DEPTH = 5;
const MOST_VALUES = 300;
const MOST_CHARS = 2_048;

/** Types by the plain name of a member. A bare `Name` is too many things; beside a process id it is a process. */
const BY_NAME: readonly (readonly [RegExp, string])[] = [
  [/^(?:user|username|account|accountname|subjectusername|targetusername|owner)$/, "user"],
  [/^(?:processname|process|image|exe|executable|parentimage|binary)$/, "process"],
  [/^(?:filename|fullpath|ospath|path|targetfilename|file)$/, "file"],
  [/^(?:domain|queryname|dnsname)$/, "domain"],
  [/^(?:remotehost|destinationhostname|sourcehostname)$/, "host"],
];
const HASH = /^(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})$/i;
const DOMAIN = /^(?=.{4,253}$)(?:[a-z0-9_-]{1,63}\.)+[a-z]{2,63}\.?$/i;

/** Users, processes, files, hashes, addresses and the like, each once. */
export function observablesOf(columns: JsonObject): Observable[] {
  const found: Observable[] = [];
  let seen = 0;
  const walk = (value: Json, name: string, depth: number, processes: boolean): void => {
    if (depth > MOST_DEPTH || seen > MOST_VALUES) return;
    if (Array.isArray(value)) for (const member of value) walk(member, name, depth + 1, processes);
    else if (isObject(value)) {
      const beside = Object.keys(value).some((key) => /^(?:pid|processid)$/i.test(key));
      for (const [key, member] of Object.entries(value)) walk(member, key, depth + 1, beside);
    } else {
      seen++;
      const text = asLine(value, MOST_CHARS);
      const type = text === undefined ? undefined : typeOf(name, text, processes);
      if (text !== undefined && type !== undefined) found.push({ name: asLine(name, 100) ?? type, type, value: text });
    }
  };
  walk(columns, "", 0, false);
  return distinctObservables(found);
}

function typeOf(name: string, text: string, processes: boolean): string | undefined {
  if (isIp(text)) return "ip";
  if (HASH.test(text)) return "hash";
  const plain = name.toLowerCase().replace(/[^a-z0-9]/g, "");
  if (processes && plain === "name") return "process";
  if (/^https?:\/\//i.test(text) && /ur[li]/.test(plain)) return "url";
  const type = BY_NAME.find(([names]) => names.test(plain))?.[1];
  if (type === "domain") return DOMAIN.test(text) ? type : undefined;
  // A bare number is an id of something, not its name.
  return /^\d+$/.test(text) ? undefined : type;
}
