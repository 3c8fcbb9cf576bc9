// The frame of every page.
import { html } from "hono/html";
import type { Visitor } from "../../admin/auth.ts";
import { utcTime } from "../../lib/text.ts";
import { type Html, line } from "./parts.ts";

/** The pages that the frame names, in the order of a look around. */
const PAGES: readonly (readonly (readonly [href: string, name: string])[])[] = [
  [
    ["/", "Overview"],
    ["/alerts", "Alerts"],
    ["/inbox", "Inbox"],
  ],
  [
    ["/deliveries", "Deliveries"],
    ["/log", "Request log"],
    ["/silences", "Silences"],
  ],
  [
    ["/routes", "Routes"],
    ["/rules", "Rules"],
    ["/destinations", "Destinations"],
  ],
  [
    ["/configuration", "Configuration"],
    ["/audit", "Audit log"],
    ["/settings", "Settings"],
  ],
];

interface Frame {
  title: string;
  path: string;
  now: number;
  content: Html;
  visitor: Visitor;
  /** How often what is new is asked for, in seconds. */
  live?: number;
  again?: boolean;
}

/** A whole page for somebody who is signed in. `path` marks where one is; the answer of a form cannot be loaded `again`. */
export function page({ title, path, now, content, visitor, live, again = true }: Frame): Html {
  return shell(
    title,
    html`<header class="top">
    <a class="brand" href="/">${bell()}Tocsin</a>
    ${live ? liveState(live) : ""}
    <details class="menu"><summary>Menu</summary>${navigation(path, visitor)}</details>
  </header>
  <div class="frame"><div class="side">${navigation(path, visitor)}</div>
    ${live ? html`<main id="content" data-live="${live}">${content}</main>` : html`<main id="content">${content}</main>`}
  </div>
  <footer>As of <span data-as-of>${utcTime(new Date(now).toISOString())}</span>. ${again ? html`<a href="">Look again</a>` : ""}</footer>`,
    html`<script src="/assets/page.js" type="module"></script>`,
  );
}

/** A page with nothing around it: for signing in. */
export const barePage = (title: string, content: Html): Html =>
  shell(title, html`<main id="content"><div class="narrow stack"><div class="brand">${bell()}Tocsin</div>${content}</div></main>`);

/** Hidden until the script shows it: without one, nothing is live. */
const liveState = (seconds: number): Html => html`<div class="live" hidden data-live-state>
    <span role="status" data-live-text>Live: every ${seconds} s</span>
    <button type="button" class="quiet slim" data-live-pause aria-pressed="false">Pause</button>
  </div>`;

const navigation = (path: string, visitor: Visitor): Html => html`<nav aria-label="Pages">
    ${PAGES.map((group) => html`<ul>${group.map(([href, name]) => navItem(href, name, path))}</ul>`)}
    <div class="who small"><span class="soft">${line(visitor.name, 80)}<br>may ${ROLE_WORDS[visitor.role]}</span>
    ${visitor.by === "access" ? html`<a href="/cdn-cgi/access/logout">Sign out</a>` : html`<form method="post" action="/signout"><button class="quiet slim">Sign out</button></form>`}</div>
  </nav>`;

const ROLE_WORDS: Record<Visitor["role"], string> = { read: "look", operate: "look and act", configure: "do everything" };

const shell = (title: string, body: Html, script: Html | string = ""): Html => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<title>${title} · Tocsin</title>
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/assets/style.css">
${script}
</head>
<body><a class="skip" href="#content">Skip to the content</a>${body}</body>
</html>`;

const navItem = (href: string, name: string, path: string): Html =>
  html`<li><a href="${href}"${isHere(href, path) ? html` aria-current="page"` : ""}>${name}</a></li>`;

const isHere = (href: string, path: string): boolean => (href === "/" ? path === "/" : path === href || path.startsWith(`${href}/`));

const bell = (): Html =>
  html`<svg viewBox="0 0 24 24" aria-hidden="true"><path fill="currentColor" d="M12 2a2 2 0 0 0-2 2v.6C7 5.500 5 8.200 5 11.500V16l-2 2.500V20h18v-1.500L19 16v-4.500c0-3.300-2-6-5-6.900V4a2 2 0 0 0-2-2Zm-2.500 19.500a2.500 2.500 0 0 0 5 0Z"/></svg>`;
