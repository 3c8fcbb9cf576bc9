// Signing in, and pages that say why there is nothing to see.
import { html } from "hono/html";
import { barePage } from "../frame/layout.ts";
import type { Html } from "../frame/parts.ts";

/** The page /signin: one button for a link's code, else a field for the token. `next` is where to go then. */
export function signInPage({ code, next, error }: { code?: string; next: string; error?: string }): Html {
  const hidden = html`<input type="hidden" name="next" value="${next}">`;
  const byCode = html`<form method="post" action="/signin">${hidden}<input type="hidden" name="code" value="${code ?? ""}">
    <p>This link signs you in once, for twelve hours.</p><button class="main">Sign in</button></form>`;
  const byToken = html`<form method="post" action="/signin">${hidden}
    <label>Token<input type="password" name="token" autocomplete="current-password" aria-describedby="token-help" required autofocus></label>
    <p class="soft small" id="token-help">The admin token, or one that was made for you. You may do here what its role allows, for twelve hours or until the token ends.</p>
    <div class="buttons"><button class="main">Sign in</button></div></form>`;
  return barePage(
    "Sign in",
    html`<section class="card"><h1>Sign in</h1>${error ? html`<p class="note bad" role="alert">${error}</p>` : ""}${code ? byCode : byToken}</section>`,
  );
}

/** A page with one sentence: for what does not exist or was asked wrongly. */
export const sentencePage = (title: string, sentence: string): Html =>
  barePage(title, html`<section class="card"><h1>${title}</h1><p>${sentence}</p><p><a href="/">To the overview</a></p></section>`);
