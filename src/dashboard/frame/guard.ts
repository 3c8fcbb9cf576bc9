// What every page has: headers that let nothing in but our own script and stylesheet, and somebody who is signed in.
import type { Context, MiddlewareHandler } from "hono";
import { mayChange, originOf, type Refused, type Visitor, visitorOf } from "../../admin/auth.ts";
import type { AdminDeps } from "../../admin/deps.ts";
import { entranceOf } from "../../admin/entrance.ts";
import { type Role, suffices } from "../../admin/role.ts";
import type { Env } from "../../env.ts";
import { sentencePage } from "../entrance/pages.ts";

/** The dashboard's Hono environment. */
export interface Guarded {
  Bindings: Env;
  Variables: { visitor: Visitor };
}

const HEADERS: Record<string, string> = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  // A link's code stands in an address: it must not travel to another site.
  "referrer-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
};

/** Adds the headers. Pages hold alerts, so no cache keeps them; assets say otherwise themselves. */
export const withHeaders: MiddlewareHandler = async (c, next) => {
  await next();
  for (const [name, value] of Object.entries(HEADERS)) c.header(name, value);
  if (!c.res.headers.has("cache-control")) c.header("cache-control", "no-store");
};

/** Lets signed-in people of the role through; a page sends others to sign in, and back afterwards. */
export const guarded =
  ({ config }: Pick<AdminDeps, "config">, role: Role): MiddlewareHandler<Guarded> =>
  async (c, next) => {
    const found = await visitorOf(c.req.raw, entranceOf(c.env, config, c));
    if (!found.ok) return refusedPage(c, found.reason);
    const visitor = found.value;
    if (!mayChange(c.req.raw, visitor)) return c.html(sentencePage("Not from here", "The request came from another site."), 403);
    if (!suffices(visitor.role, role))
      return c.html(sentencePage("Not for you", `This needs the role ${role}; ${visitor.name} has ${visitor.role}.`), 403);
    c.set("visitor", visitor);
    await next();
  };

function refusedPage(c: Context<Guarded>, refused: Refused): Response | Promise<Response> {
  switch (refused.kind) {
    case "nobody":
      return c.redirect(signInAddress(c), 303);
    case "unavailable":
      return c.html(sentencePage("Not now", "The relay could not look up the token. Try again in a moment."), 503);
    case "too_often":
      c.header("retry-after", String(Math.ceil(refused.afterMs / 1_000)));
      return c.html(sentencePage("Too often", "Too many wrong tokens came from this address. Try again in a minute."), 429);
    case "no_role":
      return c.html(sentencePage("Not for you", `[relay] access in the configuration gives ${refused.name} no role.`), 403);
  }
}

/** Refuses a form that another site's page sent; a client that is no browser may say nothing. */
export const notFromOtherSites: MiddlewareHandler = async (c, next) => {
  if (c.req.method !== "GET" && originOf(c.req.raw) === "other")
    return c.html(sentencePage("Not from here", "The request came from another site."), 403);
  await next();
};

function signInAddress(c: Context): string {
  const { pathname, search } = new URL(c.req.url);
  const next = c.req.method === "GET" ? `${pathname}${search}` : "/";
  return next === "/" ? "/signin" : `/signin?next=${encodeURIComponent(next)}`;
}

/** A path of ours to go on to; anything else leads to the overview. */
export function ownPath(text: unknown): string {
  if (typeof text !== "string" || !text.startsWith("/") || text.length > 2_000) return "/";
  // `//host` and `/\host` are addresses of others.
  const url = URL.parse(text, "https://own.invalid");
  return url?.origin === "https://own.invalid" ? `${url.pathname}${url.search}` : "/";
}
