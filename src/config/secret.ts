// Secrets in settings are names: `secret:NAME`, or `secret:NAME.key` for a member of a secret that holds JSON.
// They are resolved at the last step; a settings object that was not resolved can be stored, logged and shown.
import * as z from "zod";

const REFERENCE = /^secret:([A-Za-z_][A-Za-z0-9_]*)(?:\.([A-Za-z0-9_-]+))?$/;

const SECRET = z.string().min(1).meta({ secret: true });

/** Schema of a field that holds a secret: `secret:NAME`, or (on a local relay only) the plain value. */
export const secret = () => SECRET;

/** What is wrong with a value, in a sentence that does not hold it; undefined when nothing is. */
export type FormProblem = (text: string) => string | undefined;

/** A check of a schema: the problem is its issue, except of a reference, whose value is known when it is used. */
export const formed =
  (problem: FormProblem) =>
  ({ value, issues }: z.core.ParsePayload<string>): void => {
    const message = secretReference(value) ? undefined : problem(value);
    if (message !== undefined) issues.push({ code: "custom", message, input: value, continue: true });
  };

/** Schema of a secret that has a form; whoever uses it checks the value behind a reference with `checkedValue`. */
export const formedSecret = (problem: FormProblem) => secret().check(formed(problem)).meta({ secret: true });

/** The value of the setting `name`, once it has its form; throws with the sentence (never with the value) when it has not. */
export function checkedValue(name: string, value: string, problem: FormProblem): string {
  const message = problem(value);
  if (message !== undefined) throw new Error(`${name}: ${message}`);
  return value;
}

/** The Worker secret and the member that a text refers to, or undefined when it is no reference. */
export function secretReference(text: string): { name: string; member?: string } | undefined {
  const match = REFERENCE.exec(text);
  if (!match) return undefined;
  const [, name = "", member] = match;
  return member === undefined ? { name } : { name, member };
}

/** Every `secret:` reference in a value, wherever it stands. */
export function secretReferences(value: unknown): string[] {
  if (typeof value === "string") return secretReference(value) ? [value] : [];
  if (Array.isArray(value)) return value.flatMap(secretReferences);
  if (value && typeof value === "object") return Object.values(value).flatMap(secretReferences);
  return [];
}

/** The secret behind a reference, or undefined when `env` does not have it (or not that member). */
export function readSecret(reference: string, env: object): string | undefined {
  const found = secretReference(reference);
  if (!found) return undefined;
  const value: unknown = Reflect.get(env, found.name);
  if (typeof value !== "string" || value === "") return undefined;
  if (found.member === undefined) return value;
  try {
    const member: unknown = Object(JSON.parse(value))[found.member];
    return typeof member === "string" && member !== "" ? member : undefined;
  } catch {
    return undefined;
  }
}

/** A copy of `settings` with every reference replaced by its secret; `missing` names those that are not set. */
export function resolveSecrets<Settings>(settings: Settings, env: object): { settings: Settings; missing: string[] } {
  const missing: string[] = [];
  const walk = (value: unknown): unknown => {
    if (typeof value === "string") {
      if (!value.startsWith("secret:")) return value;
      const secretValue = readSecret(value, env);
      if (secretValue === undefined) missing.push(value.slice("secret:".length));
      return secretValue ?? "";
    }
    if (Array.isArray(value)) return value.map(walk);
    if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, walk(member)]));
    return value;
  };
  return { settings: walk(settings) as Settings, missing };
}
