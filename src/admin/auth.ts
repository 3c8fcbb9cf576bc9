// Who asks the admin side: the bearer of a token, a browser with our session, or somebody whom Cloudflare Access let in.
// Without a configured token and without Access there is nobody.
import type { People } from "../config/model.ts";
import { sameText } from "../lib/keys.ts";
import { errorText, log } from "../lib/log.ts";
import { fail, ok, type Result } from "../outcome.ts";
import { ROLES, type Role } from "./role.ts";
import { markOf, readSession, sessionValues } from "./session.ts";
import type { Tries } from "./sign-in.ts";
import { bearerOf, holderNamed } from "./tokens.ts";

/** Somebody who proved who they are. `name` goes into logs, comments and the audit log. */
export interface Visitor {
  by: "bearer" | "session" | "access";
  name: string;
  role: Role;
}

/** What Access tells of a request that it authenticated; absent where it did not. */
export interface Access {
  getIdentity(): Promise<{ email?: string; name?: string } | undefined>;
}

/** The Access context of an execution context, where there is one. */
export function accessOf(context: { readonly executionCtx: object }): Access | undefined {
  try {
    return Reflect.get(context.executionCtx, "access") as Access | undefined;
  } catch {
    // A test may call the app without an execution context.
    return undefined;
  }
}

/** Why somebody is not let in. `no_role`: Access knows them, and `[relay] access` does not. `unavailable`: D1 could not be asked. */
export type Refused =
  | { kind: "nobody" }
  | { kind: "unavailable" }
  | { kind: "too_often"; afterMs: number }
  | { kind: "no_role"; name: string };

/** What proofs are judged by. */
export interface Entrance {
  adminToken: string | undefined;
  db: D1Database;
  access: Access | undefined;
  /** `[relay] access`, asked for only where Access let somebody in. */
  people(): Promise<People | undefined>;
  /** Wrong tokens, for each address. */
  tries: Tries;
  now: number;
}

/** Who sent the request. A wrong bearer token is nobody, whatever cookie comes with it. Throws when the configuration cannot be read. */
export async function visitorOf(request: Request, entrance: Entrance): Promise<Result<Visitor, Refused>> {
  const { adminToken, access } = entrance;
  const authorization = request.headers.get("authorization");
  if (authorization !== null) return bearer(authorization, request.headers.get("cf-connecting-ip") ?? "", entrance);
  try {
    for (const value of adminToken ? sessionValues(request.headers.get("cookie")) : []) {
      const visitor = await bySession(value, adminToken ?? "", entrance);
      if (visitor) return ok(visitor);
    }
  } catch (error) {
    return unavailable(error);
  }
  if (!access) return fail({ kind: "nobody" });
  const identity = await access.getIdentity().catch(() => undefined);
  const name = identity?.email ?? identity?.name ?? "access";
  const role = roleOf(await entrance.people(), identity?.email);
  return role ? ok({ by: "access", name, role }) : fail({ kind: "no_role", name });
}

/**
 * Whose session it is. One that a token began has that token's role as it is now, and is over when the token is: its row is read each
 * time, as it is for a bearer.
 */
async function bySession(value: string, adminToken: string, { db, now }: Entrance): Promise<Visitor | undefined> {
  const session = readSession(value, adminToken, now);
  if (!session) return undefined;
  if (!session.token) return { by: "session", name: "admin", role: "configure" };
  const holder = await holderNamed(db, session.token.name, now);
  return holder && markOf(holder.hash) === session.token.mark ? { by: "session", name: holder.who, role: holder.role } : undefined;
}

function unavailable(error: unknown): Result<never, Refused> {
  log("error", "admin.tokens_unavailable", { error: errorText(error) });
  return fail({ kind: "unavailable" });
}

async function bearer(authorization: string, address: string, { adminToken, db, tries, now }: Entrance): Promise<Result<Visitor, Refused>> {
  // Also a right one waits: else guessing would go on at full speed.
  const afterMs = tries.wait(address, now);
  if (afterMs > 0) return fail({ kind: "too_often", afterMs });
  const [, token = ""] = /^bearer +(\S+) *$/i.exec(authorization) ?? [];
  if (token !== "" && adminToken && sameText(token, adminToken)) return ok({ by: "bearer", name: "admin", role: "configure" });
  try {
    const known = await bearerOf(db, token, now);
    if (known) return ok({ by: "bearer", name: known.who, role: known.role });
  } catch (error) {
    return unavailable(error);
  }
  tries.wrong(address, now);
  return fail({ kind: "nobody" });
}

/** The highest role that the configuration gives to an address; without the table, whom Access lets in may do everything. */
export function roleOf(people: People | undefined, email: string | undefined): Role | undefined {
  if (!people) return "configure";
  const who = (email ?? "").toLowerCase();
  const everybodyThere = `*${who.slice(who.lastIndexOf("@"))}`;
  return ROLES.findLast((role) => who !== "" && people[role]?.some((one) => one === who || one === everybodyThere));
}

/**
 * Whether this visitor may change something by this request. What a browser sends along by itself (our cookie, that of
 * Access) proves nothing about who made the request, so the page it came from must be ours.
 */
export function mayChange(request: Request, visitor: Visitor): boolean {
  if (visitor.by === "bearer" || ["GET", "HEAD", "OPTIONS"].includes(request.method)) return true;
  const origin = originOf(request);
  // A client with a service token of Access is no browser and says nothing about where it comes from.
  return origin === "same" || (origin === "unsaid" && visitor.by === "access");
}

/** Where a request says that it comes from. `Sec-Fetch-Site` cannot be set by a page; older browsers send `Origin`. */
export function originOf(request: Request): "same" | "other" | "unsaid" {
  const site = request.headers.get("sec-fetch-site");
  if (site !== null) return site === "same-origin" ? "same" : "other";
  const origin = request.headers.get("origin");
  if (origin === null) return "unsaid";
  return origin === new URL(request.url).origin ? "same" : "other";
}
