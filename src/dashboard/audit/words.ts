// What was done, in words, and where to look at what it was done to. Pure.
import type { AuditItem } from "../../admin/queries/audit.ts";
import { own } from "../../lib/own.ts";
import type { Via } from "../../store/audit.ts";

const part = (text: string): string => encodeURIComponent(text.toWellFormed());

/** Every action that the relay notes: what somebody did, and the page of what they did it to. */
const ACTIONS: Record<string, [words: string, href?: (target: string) => string]> = {
  "alert.status_set": ["set an alert's status", alert],
  "alert.commented": ["commented on an alert", alert],
  "alert.erased": ["erased an alert"],
  "observable.erased": ["erased all that mentions something"],
  "delivery.replayed": ["replayed a message", (id) => `/deliveries/${part(id)}`],
  "deliveries.replayed": ["replayed messages"],
  "route.tested": ["tested a route", (name) => `/routes/${part(name)}`],
  "destination.tested": ["tested a destination", (name) => `/destinations#${part(name)}`],
  "routes.revealed": ["looked at the addresses of routes"],
  "silence.made": ["made a silence", silence],
  "silence.ended": ["ended a silence", silence],
  "token.made": ["made a token", () => "/settings#tokens"],
  "token.removed": ["removed a token", () => "/settings#tokens"],
  "configuration.applied": ["changed the configuration", configuration],
  "configuration.rolled_back": ["rolled the configuration back", configuration],
  "configuration.exported": ["read the configuration's file", configuration],
  "projection.rebuilt": ["had lists and search made anew"],
  "backup.read": ["read a part of a backup"],
  "backup.restored": ["restored a part of a backup"],
};

function alert(id: string): string {
  return `/alerts/${part(id)}`;
}

function silence(id: string): string {
  return `/silences#silence-${part(id)}`;
}

function configuration(): string {
  return "/configuration";
}

/** Their names, to choose from. */
export const ACTION_NAMES: readonly string[] = Object.keys(ACTIONS);

/** What was done; the name itself where it is not known. */
export const actionWords = (action: string): string => own(ACTIONS, action)?.[0] ?? action;

/** The page of what it was done to. */
export function targetHref({ action, target }: Pick<AuditItem, "action" | "target">): string | undefined {
  const href = own(ACTIONS, action)?.[1];
  return target === null ? undefined : href?.(target);
}

/** How somebody came in. */
export const VIA_WORDS: Record<Via, string> = {
  token: "with a token, at the API",
  session: "signed in with a token",
  access: "through Cloudflare Access",
  command_line: "on the command line",
  link: "by a link in a message",
};
