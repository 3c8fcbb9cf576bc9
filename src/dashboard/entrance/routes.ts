// /signin and /signout.
import type { Context } from "hono";
import type { Hono } from "hono/tiny";
import { sessionCookie } from "../../admin/session.ts";
import { type SignInRefusal, signIn, tries } from "../../admin/sign-in.ts";
import { log } from "../../lib/log.ts";
import { type Guarded, notFromOtherSites, ownPath } from "../frame/guard.ts";
import { signInPage } from "./pages.ts";

/** Adds the routes. A code is used up by the POST alone, so that a link preview uses up nothing. */
export function addSignIn(app: Hono<Guarded>): void {
  app.get("/signin", (c) => c.html(signInPage({ code: c.req.query("code"), next: ownPath(c.req.query("next")) })));
  app.post("/signin", notFromOtherSites, async (c) => {
    const form = await c.req.parseBody();
    const next = ownPath(form.next);
    const result = await signIn(
      { code: text(form.code), token: text(form.token) },
      { db: c.env.DB, adminToken: c.env.ADMIN_TOKEN, address: c.req.header("cf-connecting-ip") ?? "", tries, now: Date.now() },
    );
    if (result.ok) {
      const { session, seconds, name, role } = result.value;
      log("info", "admin.signed_in", { by: form.token ? "token" : "code", name, role });
      c.header("set-cookie", sessionCookie(session, { secure: isSecure(c), seconds }));
      return c.redirect(next, 303);
    }
    log("warn", "admin.sign_in_refused", { reason: result.reason.kind });
    const { status, sentence, retryAfter } = refusalOf(result.reason);
    if (retryAfter) c.header("retry-after", String(retryAfter));
    return c.html(signInPage({ next, error: sentence }), status);
  });
  app.post("/signout", notFromOtherSites, (c) => {
    c.header("set-cookie", sessionCookie("", { secure: isSecure(c) }));
    return c.redirect("/signin", 303);
  });
}

function refusalOf(reason: SignInRefusal): { status: 401 | 429 | 503; sentence: string; retryAfter?: number } {
  switch (reason.kind) {
    case "wrong":
      return { status: 401, sentence: "That did not work. A link works once and for ten minutes; a token until it ends or is removed." };
    case "unavailable":
      return { status: 503, sentence: "The relay could not look up the token. Try again in a moment.", retryAfter: 5 };
    case "no_token_configured":
      return { status: 401, sentence: "This relay has no ADMIN_TOKEN, so nobody can sign in. Set it: npx wrangler secret put ADMIN_TOKEN" };
    case "too_often": {
      const retryAfter = Math.ceil(reason.afterMs / 1_000);
      return { status: 429, sentence: `Too many wrong tries. Try again in ${retryAfter} s.`, retryAfter };
    }
  }
}

const isSecure = (c: Context): boolean => new URL(c.req.url).protocol === "https:";
const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);
