// The page around the columns: head, style, and the small script that takes changes in.
import { randomBytes } from "node:crypto";
import { SHOWN } from "./column.ts";
import { CHAT_STYLE } from "./style-chats.ts";
import { PAGE_STYLE } from "./style-page.ts";

/** The page and the policy that goes with it: nothing from elsewhere, and only our own script. Style attributes carry bar colours. */
export function wallPage(columns: string, tabs: string): { html: string; policy: string } {
  const nonce = randomBytes(16).toString("base64");
  const policy =
    `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; style-src-attr 'unsafe-inline'; ` +
    "connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
  const icon =
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Crect width='16' height='16' rx='4' fill='%23b71c1c'/%3E%3C/svg%3E";
  return {
    policy,
    html: `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>Chat wall (simulated)</title><link rel="icon" href="${icon}">
<style nonce="${nonce}">${PAGE_STYLE}${CHAT_STYLE}</style></head>
<body><header class="top"><h1>Chat wall <em>(simulated)</em></h1>
<p>No real chat is contacted. Each column is a simulation on this machine, drawn from the bytes the relay really sent.
<span class="legend"><span class="dot open"></span>refused or unanswered <span class="dot done"></span>came through later</span></p>
<span class="live" id="live">connecting</span></header>
<nav class="tabs">${tabs}</nav>
<main>${columns}</main>
<script nonce="${nonce}">${SCRIPT}</script></body></html>`,
  };
}

/** Everything it inserts was escaped when it was drawn. After a lost connection the page is loaded anew, so that it misses nothing. */
const SCRIPT = `
const main = document.querySelector("main"), tabs = document.querySelector("nav"), live = document.getElementById("live");
const piece = (html) => { const holder = document.createElement("template"); holder.innerHTML = html; return holder.content.firstElementChild; };
const inOrder = (parent, node) => {
  const next = [...parent.children].find((other) => Number(other.dataset.order) > Number(node.dataset.order));
  parent.insertBefore(node, next ?? null);
};
const events = new EventSource("/wall/events");
let lost = false;
events.onopen = () => { if (lost) location.reload(); live.textContent = "live"; live.className = "live on"; };
events.onerror = () => { lost = true; live.textContent = "waiting for the chats"; live.className = "live"; };
events.addEventListener("column", (event) => {
  const { html, tab } = JSON.parse(event.data);
  inOrder(main, piece(html));
  const link = piece(tab);
  inOrder(tabs, link);
});
events.addEventListener("change", (event) => {
  const { id, head, strip, messages, removed } = JSON.parse(event.data);
  const column = document.getElementById(id);
  if (!column) return;
  column.querySelector(".head").innerHTML = head;
  column.querySelector(".strip").innerHTML = strip;
  const feed = column.querySelector(".feed");
  for (const gone of removed) document.getElementById(gone)?.remove();
  for (const html of messages) {
    const node = piece(html), old = document.getElementById(node.id);
    node.classList.add("fresh");
    if (old) old.replaceWith(node);
    else feed.insertBefore(node, [...feed.children].find((other) => Number(other.dataset.at) <= Number(node.dataset.at)) ?? null);
  }
  while (feed.children.length > ${SHOWN}) feed.lastElementChild.remove();
});
const marks = new IntersectionObserver((seen) => {
  for (const { target, isIntersecting } of seen)
    document.querySelector('nav a[href="#' + target.id + '"]')?.classList.toggle("here", isIntersecting);
}, { threshold: 0.6 });
for (const column of main.children) marks.observe(column);
new MutationObserver((changes) => { for (const { addedNodes } of changes) for (const node of addedNodes) marks.observe(node); })
  .observe(main, { childList: true });
`;
