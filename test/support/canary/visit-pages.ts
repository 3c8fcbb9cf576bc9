// The dashboard as somebody with a browser sees it: every link is followed and every form sent.
import { headersIn, type Visits } from "./visits.ts";

/** So many pages of one kind: one alert's page is much like another's. */
const OF_A_KIND = 8;

/** What tells a route's address because it was asked for just that. */
const ASKED = /^(GET \/api\/config|POST \/routes\/[^/]+\/address)$/;

/** Walks through all pages with a session; answers the addresses that were looked at. */
export async function visitPages(visits: Visits, cookie: string): Promise<string[]> {
  const done = new Set<string>();
  const kinds = new Map<string, number>();
  const waiting: { method: string; path: string; body?: string }[] = [{ method: "GET", path: "/" }];
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const { method, path, body } = next;
    const key = `${method} ${path} ${body ?? ""}`;
    const kind = `${method} ${path.replace(/\?.*/, "").replace(/^\/(\w+)\/[^/]+/, "/$1/*")}`;
    const count = kinds.get(kind) ?? 0;
    if (done.has(key) || count >= OF_A_KIND) continue;
    done.add(key);
    kinds.set(kind, count + 1);
    const text = await look(visits, cookie, next);
    for (const [, link = ""] of text.matchAll(/href="(\/[^"#]*)/g)) waiting.push({ method: "GET", path: plain(link) });
    for (const [form] of text.matchAll(/<form[\s\S]*?<\/form>/g)) waiting.push(...sent(form));
  }
  return [...done];
}

async function look(
  visits: Visits,
  cookie: string,
  { method, path, body }: { method: string; path: string; body?: string },
): Promise<string> {
  const headers: Record<string, string> = { cookie, origin: visits.relay.url, accept: "text/html" };
  if (body !== undefined) headers["content-type"] = "application/x-www-form-urlencoded";
  const answer = await fetch(`${visits.relay.url}${path}`, { method, redirect: "manual", headers, body });
  const text = await answer.text();
  visits.keep(`page ${method} ${path} ${answer.status}`, `${headersIn(answer)}\n${text}`, ASKED.test(`${method} ${path}`));
  // A form that was sent with nothing in its fields, or after another one changed what it is about, is refused with a page that says so.
  if (answer.status >= 400 && !(method === "POST" && [409, 422].includes(answer.status)))
    throw new Error(`${method} ${path}: ${answer.status}`);
  return text;
}

/** What pressing a form's button sends; nothing for a search, and for the way out. */
function sent(form: string): { method: string; path: string; body: string }[] {
  const [, action = ""] = /action="([^"]+)"/.exec(form) ?? [];
  if (!/method="post"/i.test(form) || action.endsWith("/signout")) return [];
  const fields = [
    ...form.matchAll(/<(?:input|button)[^>]*name="([^"]+)"[^>]*value="([^"]*)"/g),
    ...form.matchAll(/<select[^>]*name="([^"]+)"[^>]*>\s*<option(?:[^>]*value="|[^>]*>)([^"<]*)/g),
  ];
  const body = new URLSearchParams(fields.map(([, name = "", value = ""]) => [name, plain(value)]));
  return [{ method: "POST", path: plain(action), body: String(body) }];
}

const plain = (text: string): string => text.replaceAll("&quot;", '"').replaceAll("&#39;", "'").replaceAll("&amp;", "&");
