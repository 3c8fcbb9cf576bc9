// The frame of every page.
import { html } from "hono/html";
import { utcTime } from "../lib/text.ts";
import type { Html } from "./parts.ts";

/** The pages that the head names, in the order of a look around. */
const PAGES = [
  ["/", "Overview"],
  ["/alerts", "Alerts"],
  ["/deliveries", "Deliveries"],
  ["/inbox", "Inbox"],
  ["/log", "Log"],
  ["/routes", "Routes"],
  ["/destinations", "Destinations"],
] as const;

interface Frame {
  title: string;
  path: string;
  now: number;
  content: Html;
  again?: boolean;
}

/** A whole page for somebody who is signed in. `path` marks where one is; the answer of a form cannot be loaded `again`. */
export function page({ title, path, now, content, again = true }: Frame): Html {
  const head = html`<header class="top"><div>
    <a class="brand" href="/">${bell()}Tocsin</a>
    <nav aria-label="Pages"><ul>${PAGES.map(([href, name]) => navItem(href, name, path))}</ul></nav>
    <form method="post" action="/signout"><button class="quiet">Sign out</button></form>
  </div></header>`;
  return shell(
    title,
    html`${head}<main id="content">${content}</main><footer>As of ${utcTime(new Date(now).toISOString())}. ${again ? html`<a href="">Look again</a>` : ""}</footer>`,
  );
}

/** A page with nothing around it: for signing in. */
export const barePage = (title: string, content: Html): Html =>
  shell(title, html`<main id="content"><div class="narrow stack"><div class="brand">${bell()}Tocsin</div>${content}</div></main>`);

const shell = (title: string, body: Html): Html => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title} · Tocsin</title>
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/assets/style.css">
</head>
<body><a class="skip" href="#content">Skip to the content</a>${body}</body>
</html>`;

const navItem = (href: string, name: string, path: string): Html =>
  html`<li><a href="${href}"${isHere(href, path) ? html` aria-current="page"` : ""}>${name}</a></li>`;

const isHere = (href: string, path: string): boolean => (href === "/" ? path === "/" : path === href || path.startsWith(`${href}/`));

const bell = (): Html =>
  html`<svg viewBox="0 0 24 24" aria-hidden="true"><path fill="currentColor" d="M12 2a2 2 0 0 0-2 2v.6C7 5.500 5 8.200 5 11.500V16l-2 2.500V20h18v-1.500L19 16v-4.500c0-3.300-2-6-5-6.900V4a2 2 0 0 0-2-2Zm-2.500 19.500a2.500 2.500 0 0 0 5 0Z"/></svg>`;
