// How the relay as a whole is set up: what people ask when they look after it. Secrets are names here.
import type * as z from "zod";
import { readSecret, secretReferences } from "../../config/secret.ts";
import { durationText } from "../../lib/duration.ts";
import { SCHEMA, VERSION } from "../../release.ts";
import type { settings } from "../answers/settings.ts";
import type { AdminContext } from "../context.ts";
import { owners } from "../doctor/configuration.ts";
import { suffices } from "../role.ts";
import { AUDIT_MS } from "../sweep-objects.ts";

/** How the relay is set up. */
export type Settings = z.output<typeof settings>;

/** Reads it. Who has access is told to those who may configure it. */
export async function readSettings(context: AdminContext): Promise<Settings> {
  const { env, loaded, role } = context;
  const { relay, routes } = loaded.config;
  const { url, plan, notify, access, maskKey, linkKey } = relay;
  const applied = await env.DB.prepare("SELECT name FROM d1_migrations ORDER BY name DESC LIMIT 1").first<{ name: string }>();
  return {
    version: VERSION,
    schema: { expected: SCHEMA, applied: applied?.name ?? null },
    local: env.LOCAL === "1",
    relay: {
      url: url ?? null,
      plan: plan ?? "paid",
      notify: notify ?? null,
      ...retention(relay),
      retention_audit: durationText(relay.retentionAuditMs ?? AUDIT_MS),
      mask_key: nameOf(maskKey),
      link_key: nameOf(linkKey),
    },
    routes: routes.map((route) => ({ name: route.name, ...retention(route) })).sort((left, right) => (left.name < right.name ? -1 : 1)),
    secrets: secretNames(context),
    admin_token: Boolean(env.ADMIN_TOKEN),
    access: access && suffices(role, "configure") ? { read: [], operate: [], configure: [], ...access } : null,
  };
}

const retention = ({ retentionMs, retentionPayloadsMs }: { retentionMs: number; retentionPayloadsMs: number }) => ({
  retention: durationText(retentionMs),
  retention_payloads: durationText(retentionPayloadsMs),
});

/** A plain key, which a local relay may have, is told as nothing. */
const nameOf = (reference: string | undefined): string | null =>
  reference?.startsWith("secret:") ? reference.slice("secret:".length) : null;

function secretNames({ env, loaded }: AdminContext): Settings["secrets"] {
  const users = new Map<string, Set<string>>();
  for (const { what, settings } of owners(loaded))
    for (const reference of secretReferences(settings)) users.set(reference, (users.get(reference) ?? new Set()).add(what));
  return [...users]
    .map(([reference, by]) => ({
      name: reference.slice("secret:".length),
      set: readSecret(reference, env) !== undefined,
      used_by: [...by].sort(),
    }))
    .sort((left, right) => (left.name < right.name ? -1 : 1));
}
