// Who may come in: tokens, and people whom Cloudflare Access lets in.
import { html } from "hono/html";
import type { Settings } from "../../admin/queries/settings.ts";
import { ROLES, type Role } from "../../admin/role.ts";
import type { TokenItem } from "../../admin/tokens.ts";
import { utcTime } from "../../lib/text.ts";
import { type Html, line, tag, when } from "../frame/parts.ts";

/** What each role may do, in words. */
export const ROLE_WORDS: Record<Role, string> = {
  read: "read: look at everything but tokens and addresses",
  operate: "operate: also act on alerts, test, replay, silence",
  configure: "configure: everything",
};

/** How long a token may hold, to choose from; empty: until it is removed. */
export const TOKEN_TIMES: readonly (readonly [value: string, words: string])[] = [
  ["1d", "1 day"],
  ["7d", "1 week"],
  ["30d", "30 days"],
  ["90d", "90 days"],
  ["365d", "1 year"],
  ["", "until it is removed"],
];

/** The tokens, and a form for a new one. */
export const tokensCard = (
  tokens: TokenItem[],
  hasAdminToken: boolean,
  now: number,
): Html => html`<section class="card" aria-labelledby="tokens">
    <h2 id="tokens">Tokens</h2>
    ${tokens.length === 0 ? html`<p class="empty">There is no token besides the admin token. Give each person and each program one of its own: then the audit log says who it was.</p>` : tokenTable(tokens, now)}
    <h3 class="apart">Make a token</h3>
    ${tokenForm({ name: "", role: "read", expires: "90d" })}
    <p class="soft small">${hasAdminToken ? "Besides these there is the admin token, a secret of the Worker: it may do everything, and is admin in the audit log." : "There is no ADMIN_TOKEN: nobody can sign in here with a token."}</p>
  </section>`;

const tokenTable = (tokens: TokenItem[], now: number): Html => html`<table class="folds">
    <thead><tr><th scope="col">Name</th><th scope="col">May</th><th scope="col">Made</th><th scope="col">Ends</th><th scope="col"><span class="skip">Remove</span></th></tr></thead>
    <tbody>${tokens.map((token) => tokenRow(token, now))}</tbody>
  </table>`;

const tokenRow = ({ name, role, created_at, created_by, expires_at }: TokenItem, now: number): Html => html`<tr id="token-${name}">
    <td data-label="Name"><strong>${name}</strong></td>
    <td data-label="May">${role}</td>
    <td data-label="Made"><span>${when(created_at, now)} by ${line(created_by, 120)}</span></td>
    <td data-label="Ends"><span>${ends(expires_at, now)}</span></td>
    <td data-label=""><a href="/settings/tokens/${encodeURIComponent(name)}/remove">Remove …<span class="skip"> ${name}</span></a></td>
  </tr>`;

const SOON_MS = 7 * 86_400_000;

function ends(at: string | null, now: number): Html {
  if (at === null) return html`<span class="soft">never</span>`;
  const left = Date.parse(at) - now;
  return html`${left <= 0 ? tag("calm", "ended") : left < SOON_MS ? tag("warn", "soon") : ""} ${when(at, now)}`;
}

/** What was typed for a new token. */
export interface TypedToken {
  name: string;
  role: string;
  expires: string;
}

/** The form for a new token; what is wrong stands beside its field. */
export const tokenForm = (
  { name, role, expires }: TypedToken,
  problems: Readonly<Record<string, string>> = {},
): Html => html`<form method="post" action="/settings/tokens">
      <div class="pair">
        <div><label for="token-name">Name: who or what will use it</label><input id="token-name" name="name" value="${name}" maxlength="63" pattern="[a-z0-9][a-z0-9._\\-]*" placeholder="prometheus" autocomplete="off" spellcheck="false" required aria-describedby="token-name-help"${problems.name ? html` aria-invalid="true"` : ""}>
          <p class="${problems.name ? "problem" : "soft small"}" id="token-name-help">${problems.name ?? "Small letters, digits, dots, dashes."}</p></div>
        <label>Role<select name="role">${ROLES.map((one) => html`<option value="${one}"${one === role ? html` selected` : ""}>${ROLE_WORDS[one]}</option>`)}</select></label>
        <label>Good for<select name="expires">${TOKEN_TIMES.map(([value, words]) => html`<option value="${value}"${value === expires ? html` selected` : ""}>${words}</option>`)}</select></label>
      </div>
      ${problems.role || problems.expires ? html`<p class="problem">${problems.role ?? problems.expires}</p>` : ""}
      <div class="buttons"><button>Make it</button></div>
    </form>`;

/** The page when it was not made. */
export const tokenRefusedPage = (typed: TypedToken, problems: Readonly<Record<string, string>>): Html => html`<h1>Make a token</h1>
  <p class="note bad" role="alert">No token was made.</p>
  <section class="card">${tokenForm(typed, problems)}</section>
  <p><a href="/settings#tokens">To the settings</a></p>`;

/** The one page that tells a token. */
export const tokenMadePage = ({
  name,
  role,
  expires_at,
  token,
}: TokenItem & { token: string }): Html => html`<h1>The token ${name} is made</h1>
  <section class="card" aria-labelledby="token">
    <h2 id="token">Copy it now</h2>
    <p>This is the one time that it is told: the relay keeps a hash of it alone.</p>
    <pre tabindex="0" class="token">${token}</pre>
    <div class="buttons"><button type="button" hidden data-copy="${token}">Copy</button></div>
    <p>${role === "configure" ? "It may do everything" : role === "operate" ? "It may look and act" : "It may look"}, ${expires_at === null ? "until it is removed" : `until ${utcTime(expires_at)}`}. Programs send it as a bearer token; a person signs in here with it.</p>
  </section>
  <p><a href="/settings#tokens">To the settings</a></p>`;

/** The page before one is removed. */
export const removeTokenPage = (token: TokenItem, isOwn: boolean, now: number): Html => html`<h1>Remove the token ${token.name}?</h1>
  <section class="card" aria-labelledby="what">
    <h2 id="what">What it is</h2>
    <table class="folds"><thead><tr><th scope="col">Name</th><th scope="col">May</th><th scope="col">Made</th><th scope="col">Ends</th></tr></thead>
      <tbody><tr><td data-label="Name">${token.name}</td><td data-label="May">${token.role}</td><td data-label="Made">${when(token.created_at, now)} by ${line(token.created_by, 120)}</td><td data-label="Ends">${ends(token.expires_at, now)}</td></tr></tbody></table>
    <p>Whoever uses it is refused from then on, and who signed in with it is signed out. This cannot be taken back: make a new one instead.</p>
    ${isOwn ? html`<p class="note warn">You are signed in with it: you will be signed out.</p>` : ""}
    <form method="post" action="/settings/tokens/${encodeURIComponent(token.name)}/remove"><div class="buttons"><button class="main">Remove it</button><a class="button" href="/settings#tokens">Back</a></div></form>
  </section>`;

/** People whom Cloudflare Access lets in. */
export const accessCard = (access: Settings["access"]): Html => html`<section class="card" aria-labelledby="access">
    <h2 id="access">Who has access through Cloudflare Access</h2>
    ${
      access === null
        ? html`<p>The configuration has no <code>[relay] access</code>: if Cloudflare Access stands before this relay, whoever it lets in may do everything.</p>`
        : html`<dl class="facts">${ROLES.toReversed().map((role) => html`<dt>${role}</dt><dd>${access[role].length === 0 ? html`<span class="soft">nobody</span>` : access[role].map((one) => line(one, 200)).join(", ")}</dd>`)}</dl>
          <p class="soft small">Who is named nowhere has no access, also if Access lets them in. <code>*@example.com</code> is everybody there.</p>`
    }
  </section>`;
