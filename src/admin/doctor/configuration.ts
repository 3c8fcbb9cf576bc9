// Checks of the configuration as the Worker reads it.
import { documentOf } from "../../config/document.ts";
import { plainSecretsIn } from "../../config/plain-secrets.ts";
import { resolveSecrets, secretReference, secretReferences } from "../../config/secret.ts";
import { isLocalName } from "../../lib/address.ts";
import { readState } from "../../store/config-state.ts";
import type { AdminContext } from "../context.ts";
import { type Check, doubtful, type Found, good, wrong } from "./check.ts";

/** Checks of what was applied. */
export const configurationChecks = (context: AdminContext): Check[] => [
  { id: "configuration", run: async () => rows(context) },
  { id: "secrets", run: async () => secrets(context) },
  { id: "plain_secrets", run: () => plainSecrets(context) },
  { id: "relay_url", run: async () => relayUrl(context) },
];

/** Names of the Worker secrets that the configuration uses, in alphabetical order. */
export function secretsUsed({ loaded }: AdminContext): string[] {
  const references = owners(loaded).flatMap(({ settings }) => secretReferences(settings));
  return [...new Set(references.flatMap((text) => secretReference(text)?.name ?? []))].sort();
}

/** Whatever may name secrets, and what it is: `route prod`. */
export function owners({ config }: AdminContext["loaded"]): { what: string; settings: unknown }[] {
  const { maskKey, linkKey } = config.relay;
  return [
    ...(maskKey === undefined ? [] : [{ what: "relay", settings: maskKey }]),
    ...(linkKey === undefined ? [] : [{ what: "relay", settings: linkKey }]),
    ...config.routes.map(({ name, settings, auth }) => ({ what: `route ${name}`, settings: [settings, auth] })),
    ...config.destinations.map(({ name, settings }) => ({ what: `destination ${name}`, settings })),
    ...config.enrichers.map(({ name, settings }) => ({ what: `enricher ${name}`, settings })),
  ];
}

function rows({ loaded }: AdminContext): Found {
  const { routes, destinations, broken } = loaded.config;
  if (broken.length > 0)
    return wrong(
      broken.map(({ kind, name, problem }) => `${kind} ${name}: ${problem}`).join("; "),
      "Correct it in the file and apply it. A broken row is left out, and serves nothing.",
    );
  const off = routes.filter(({ enabled }) => !enabled).map(({ name }) => name);
  if (routes.length === 0) return doubtful("There is no route yet.", "Write a file (docs/configuration.md) and apply it.");
  const found = `Routes: ${routes.length}, destinations: ${destinations.length}`;
  return off.length > 0 ? doubtful(`${found}; disabled: ${off.join(", ")}.`) : good(`${found}.`);
}

function secrets({ env, loaded }: AdminContext): Found {
  const lacking = owners(loaded).flatMap(({ what, settings }) => resolveSecrets(settings, env).missing.map((name) => `${name} (${what})`));
  if (lacking.length === 0) return good("Every secret that the configuration names is set.");
  return wrong(
    `Not set: ${lacking.join(", ")}.`,
    "Set each with `npx wrangler secret put NAME`; on this machine, in the file given with --secrets.",
  );
}

async function plainSecrets({ env, sources, destinations, enrichers }: AdminContext): Promise<Found> {
  const { document } = documentOf((await readState(env.DB)).rows);
  const places = plainSecretsIn(document, { sources, destinations, enrichers }).map(({ path: [section, name] }) => `[${section}.${name}]`);
  if (places.length === 0) return good("No secret stands in the configuration itself.");
  const todo = 'Write "secret:NAME" in its place, and set NAME as a secret. A deployed relay refuses such a row.';
  return (env.LOCAL === "1" ? doubtful : wrong)(`A secret stands in the configuration, in ${[...new Set(places)].join(", ")}.`, todo);
}

function relayUrl({ env, loaded }: AdminContext): Found {
  const { url } = loaded.config.relay;
  const todo = 'Set it in the file: [relay] url = "https://relay.example.com".';
  if (url === undefined)
    return doubtful("[relay] url is not set: messages have no link to the relay, and --remote does not find it.", todo);
  const { protocol, hostname } = new URL(url);
  if (env.LOCAL === "1") return good(`[relay] url is ${url}.`);
  if (protocol !== "https:") return wrong("[relay] url is not https.", todo);
  if (isLocalName(hostname)) return wrong("[relay] url is a name that only a local network knows.", todo);
  return good(`[relay] url is ${url}.`);
}
