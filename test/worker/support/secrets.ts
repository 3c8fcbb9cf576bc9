// Secrets of the Worker, set by a test. They are members of the environment, as they are in production.
import { env } from "cloudflare:workers";

/** Sets a Worker secret or variable; undefined takes it away. */
export function setSecret(name: string, value: string | undefined): void {
  if (value === undefined) Reflect.deleteProperty(env, name);
  else Reflect.set(env, name, value);
}
