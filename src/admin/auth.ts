// Who asks the admin side: the bearer of the admin token, a browser with our session, or somebody whom Cloudflare Access
// let in. Without a configured token and without Access there is nobody.
import { sameText } from "../lib/keys.ts";
import { isSession, sessionValues } from "./session.ts";

/** Somebody who proved who they are. `name` goes into logs and comments. */
export interface Visitor {
  by: "bearer" | "session" | "access";
  name: string;
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

/** Who sent the request, or undefined. A wrong bearer token is nobody, whatever cookie comes with it. */
export async function visitorOf(
  request: Request,
  adminToken: string | undefined,
  access: Access | undefined,
  now: number,
): Promise<Visitor | undefined> {
  const authorization = request.headers.get("authorization");
  if (authorization !== null) return isBearer(authorization, adminToken) ? { by: "bearer", name: "admin" } : undefined;
  if (adminToken && sessionValues(request.headers.get("cookie")).some((value) => isSession(value, adminToken, now)))
    return { by: "session", name: "admin" };
  if (!access) return undefined;
  const identity = await access.getIdentity().catch(() => undefined);
  return { by: "access", name: identity?.email ?? identity?.name ?? "access" };
}

/** Whether an `Authorization` header bears the admin token; compared in constant time. */
export function isBearer(authorization: string | null, adminToken: string | undefined): boolean {
  const [, token] = /^bearer +(\S+) *$/i.exec(authorization ?? "") ?? [];
  return token !== undefined && adminToken !== undefined && adminToken !== "" && sameText(token, adminToken);
}

/**
 * Whether this visitor may change something by this request. What a browser sends along by itself (our cookie, that of
 * Access) proves nothing about who made the request, so the page it came from must be ours.
 */
export function mayChange(request: Request, visitor: Visitor): boolean {
  if (visitor.by === "bearer" || request.method === "GET" || request.method === "HEAD") return true;
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
