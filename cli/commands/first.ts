// Verbs that somebody runs in a hurry, each with the module that is enough for it: the others bring all adapters along, whose loading
// takes longer than the work. Every verb works without standing here.
import type { Group } from "../frame/program.ts";

/** By their names. */
export const FIRST: Readonly<Record<string, () => Promise<Group>>> = {
  tail: async () => (await import("./tail.ts")).addTail,
  alerts: async () => (await import("./alerts.ts")).addAlerts,
  explain: async () => (await import("./explain.ts")).addExplain,
  books: async () => (await import("./books.ts")).addBooks,
  backlog: async () => (await import("./backlog.ts")).addBacklog,
  deliveries: async () => (await import("./deliveries.ts")).addDeliveries,
  replay: async () => (await import("./deliveries.ts")).addDeliveries,
  log: async () => (await import("./log.ts")).addLog,
  inbox: async () => (await import("./inbox.ts")).addInbox,
  audit: async () => (await import("./audit.ts")).addAudit,
  open: async () => (await import("./open.ts")).addOpen,
  tokens: async () => (await import("./tokens.ts")).addTokens,
};

/** What a command line needs: one group where it begins with a verb that stands here, else all. */
export async function groupFor([verb = ""]: readonly string[]): Promise<Group> {
  const load = Object.hasOwn(FIRST, verb) ? FIRST[verb] : undefined;
  return load ? load() : (await import("./index.ts")).addAll;
}
