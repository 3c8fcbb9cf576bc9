// The page /settings: how the relay is, what it is allowed, how long it keeps what, its secrets by name, and who may come in.
import { html } from "hono/html";
import type { Health, HealthCheck } from "../../admin/queries/health.ts";
import type { Settings } from "../../admin/queries/settings.ts";
import type { Usage } from "../../admin/queries/usage.ts";
import type { TokenItem } from "../../admin/tokens.ts";
import { counted } from "../../lib/text.ts";
import { type Html, line, type Tone, tag, when, words } from "../frame/parts.ts";
import { accessCard, tokensCard } from "./people.ts";
import { usageCard } from "./usage.ts";

/** What the page shows. */
export interface SettingsView {
  settings: Settings;
  health: Health;
  usage: Usage;
  /** Absent for those who may not make any. */
  tokens?: TokenItem[];
  may: { operate: boolean; configure: boolean };
  now: number;
}

/** The page /settings. */
export function settingsPage({ settings, health, usage, tokens, may, now }: SettingsView): Html {
  return html`<h1>Settings</h1>
  ${healthCard(health, may.operate, now)}
  ${usageCard(usage)}
  ${retentionCard(settings)}
  ${secretsCard(settings.secrets)}
  ${tokens ? tokensCard(tokens, settings.admin_token, now) : ""}
  ${may.configure ? accessCard(settings.access) : html`<p class="note">Tokens and who has access are shown to those who may do everything.</p>`}
  ${relayCard(settings)}`;
}

function healthCard({ status, sweep, checks }: Health, mayExamine: boolean, now: number): Html {
  const wrong = checks.filter(({ state }) => state !== "ok");
  const fine = checks.filter(({ state }) => state === "ok");
  return html`<section class="card stripe ${status === "ok" ? "good" : "bad"}" aria-labelledby="health">
    <div class="head"><h2 id="health">Health</h2>${status === "ok" ? tag("good", "all is well") : tag("bad", counted(wrong.length, "trouble"))}</div>
    ${wrong.length === 0 ? "" : html`<ul class="rows">${wrong.map((check) => trouble(check, now))}</ul>`}
    <details><summary>${counted(fine.length, "check")} ${fine.length === 1 ? "is" : "are"} well</summary><ul class="small">${fine.map(({ check, text }) => html`<li>${words(check)}: <span class="soft">${text}</span></li>`)}</ul></details>
    <p class="soft small">${sweep ? html`As the last sweep saw it, ${when(sweep.at, now)}: it took ${sweep.ms} ms for ${counted(sweep.objects, "object")}.` : "The sweep, which looks at everything every five minutes, has not run yet."}</p>
    ${mayExamine ? html`<form method="post" action="/settings/doctor"><button>Check everything now</button></form><p class="soft small">Asks each API and each chat by harmless calls, sends a message through the queue, and compares schema and secrets. It takes some seconds.</p>` : ""}
  </section>`;
}

const CHECK_TONES: Record<HealthCheck["state"], Tone> = { ok: "good", degraded: "warn", down: "bad" };

const trouble = (
  { check, state, subject, since, text, advice, told_by }: HealthCheck,
  now: number,
): Html => html`<li id="check-${check}-${subject ?? ""}">
    <div class="meta">${tag(CHECK_TONES[state], words(check))}${subject === null ? "" : html`<strong>${line(subject, 120)}</strong>`}${since === null ? "" : html`<span class="soft small">since ${when(since, now)}</span>`}</div>
    <p>${line(text, 500)}</p>
    ${advice === null ? "" : html`<p class="small">${advice}</p>`}
    ${told_by === null ? html`<p class="small soft">Nobody was told of it yet.</p>` : told_by === "" ? "" : html`<p class="small soft">Told by ${line(told_by, 200)}.</p>`}
  </li>`;

function retentionCard({ relay, routes }: Settings): Html {
  const own = routes.filter((route) => route.retention !== relay.retention || route.retention_payloads !== relay.retention_payloads);
  return html`<section class="card" aria-labelledby="retention">
    <h2 id="retention">How long it keeps what</h2>
    <table class="folds">
      <thead><tr><th scope="col">Of</th><th scope="col">Alerts and deliveries</th><th scope="col">What sources wrote</th></tr></thead>
      <tbody>
        <tr><td data-label="Of"><strong>every route${own.length > 0 ? " but those below" : ""}</strong></td><td data-label="Alerts">${relay.retention}</td><td data-label="Words">${relay.retention_payloads}</td></tr>
        ${own.map(({ name, retention, retention_payloads }) => html`<tr><td data-label="Of"><a href="/routes/${name}">${name}</a></td><td data-label="Alerts">${retention}</td><td data-label="Words">${retention_payloads}</td></tr>`)}
      </tbody>
    </table>
    <p class="soft small">Counted from an alert's last change. After the second time only severity, status, counts and times are left of it. The audit log is kept for ${relay.retention_audit}, the request log for 7d. Set in the configuration: <code>retention</code>, <code>retention_payloads</code>, <code>retention_audit</code>.</p>
  </section>`;
}

function secretsCard(secrets: Settings["secrets"]): Html {
  const missing = secrets.filter(({ set }) => !set);
  const sorted = [...missing, ...secrets.filter(({ set }) => set)];
  return html`<section class="card" aria-labelledby="secrets">
    <div class="head"><h2 id="secrets">Secrets, by name</h2>${secrets.length === 0 ? "" : missing.length === 0 ? tag("good", "all are set") : tag("bad", `${missing.length} missing`)}</div>
    ${
      secrets.length === 0
        ? html`<p class="empty">The configuration names no secret.</p>`
        : html`<table class="folds">
      <thead><tr><th scope="col">Name</th><th scope="col">State</th><th scope="col">Used by</th></tr></thead>
      <tbody>${sorted.map(({ name, set, used_by }) => html`<tr><td data-label="Name"><code>${name}</code></td><td data-label="State"><span>${set ? tag("good", "set") : tag("bad", "missing")}</span></td><td data-label="Used by">${used_by.map((one) => line(one, 80)).join(", ")}</td></tr>`)}</tbody>
    </table>`
    }
    <p class="soft small">Their values are nowhere in the relay's own data, and cannot be shown. Set one with <code>npx wrangler secret put NAME</code>; on your own machine in the file given with <code>--secrets</code>.</p>
  </section>`;
}

function relayCard({ version, schema, local, relay }: Settings): Html {
  const upToDate = schema.applied === schema.expected;
  return html`<section class="card" aria-labelledby="relay">
    <h2 id="relay">This relay</h2>
    <dl class="facts">
      <dt>Version</dt><dd>${version}${local ? ", on its owner's machine" : ""}</dd>
      <dt>Migrations</dt><dd>${upToDate ? tag("good", "up to date") : tag("bad", "not the schema of this version")} ${schema.applied ?? "none"}${upToDate ? "" : `, and this version needs ${schema.expected}: npx tocsin migrations up`}</dd>
      <dt>Public address</dt><dd>${relay.url === null ? html`<span class="soft">not set: messages have no links to here</span>` : relay.url}</dd>
      <dt>Told of its troubles</dt><dd>${relay.notify === null ? "whichever destination is well" : relay.notify.length === 0 ? "nobody" : relay.notify.map((name) => html`<a href="/destinations#${name}">${name}</a> `)}</dd>
      <dt>Masks keyed by</dt><dd>${relay.mask_key === null ? html`<span class="soft">no key</span>` : html`<code>${relay.mask_key}</code>`}</dd>
      <dt>Links signed by</dt><dd>${relay.link_key === null ? "the admin token" : html`<code>${relay.link_key}</code>`}</dd>
    </dl>
    <p><a href="/configuration">The configuration and its revisions</a></p>
  </section>`;
}
