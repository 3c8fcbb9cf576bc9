// A secret that the sender puts into the body: compared in constant time, and kept out of everything that is stored.
import type { Json } from "../../alert.ts";
import { sameText } from "../../lib/keys.ts";
import { isObject, isTooDeep } from "../read.ts";
import { entriesOf } from "./entries.ts";
import { compile } from "./expression.ts";
import { type Path, readSteps } from "./path.ts";
import type { BodySecret, GenericSettings } from "./settings.ts";

/** Whether every entry of the body bears the secret, or the body itself where the path begins there. Settings are resolved. */
export function authenticateBody(body: Json, { body_secret: settings, mapping }: GenericSettings): boolean {
  if (settings === undefined) return true;
  const path = pathOf(settings);
  if (path === undefined || isTooDeep(body)) return false;
  const places = path.fromBody ? [body] : (entriesOf(body, mapping) ?? [body]);
  const given = new Set(places.map((place) => readSteps(path.steps, place)[0]));
  const secrets = [settings.value].flat().filter((secret) => secret !== "");
  return given.size > 0 && [...given].every((text) => typeof text === "string" && isOneOf(text, secrets));
}

/** All of them are compared, so that the time does not tell which was right. */
function isOneOf(text: string, secrets: readonly string[]): boolean {
  return secrets.map((secret) => sameText(text, secret)).includes(true);
}

/** A copy of the body without any member that is called as the secret is, at any depth. */
export function withoutSecret(body: Json, settings: BodySecret | undefined): Json {
  const name = settings && pathOf(settings)?.steps.at(-1);
  return typeof name === "string" ? withoutMember(body, name) : body;
}

function withoutMember(value: Json, name: string): Json {
  if (Array.isArray(value)) return value.map((member) => withoutMember(member, name));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).flatMap(([key, member]) => (key === name ? [] : [[key, withoutMember(member, name)]])));
}

function pathOf({ at }: BodySecret): Path | undefined {
  const compiled = compile(at);
  return compiled.ok && compiled.value.kind === "path" ? compiled.value.path : undefined;
}
