// The admin API as its callers meet it inside the runtime.
import { env } from "cloudflare:workers";
import { expect } from "vitest";
import { call } from "./relay.ts";

/** Calls the API as the bearer of ADMIN_TOKEN, or of another token; `null`: of none. A body that is no text is sent as JSON. */
export const api = (method: string, path: string, { body, token = env.ADMIN_TOKEN, headers = {} }: ApiCall = {}): Promise<Response> =>
  call(`/api${path}`, {
    method,
    headers: { ...(token === null ? {} : { authorization: `Bearer ${token}` }), ...headers },
    body: body === undefined || typeof body === "string" ? body : JSON.stringify(body),
  });

export interface ApiCall {
  body?: unknown;
  token?: string | null;
  headers?: Record<string, string>;
}

/** The JSON of an answer that has to be 2xx. */
export async function json<Body>(answer: Promise<Response>): Promise<Body> {
  const got = await answer;
  const text = await got.text();
  expect(got.status, text).toBeLessThan(300);
  return JSON.parse(text) as Body;
}

/** The problem document of an answer, which has to be one of this status and nothing else. */
export async function problemOf(answer: Response, status: number): Promise<{ title: string; detail: string; where?: string }> {
  const text = await answer.text();
  expect(answer.status, text).toBe(status);
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
  const problem = JSON.parse(text);
  expect(problem).toMatchObject({ type: "about:blank", status, title: expect.any(String), detail: expect.any(String) });
  expect(Object.keys(problem).sort()).toEqual([...Object.keys(problem)].sort().filter((key) => KNOWN.includes(key)));
  return problem;
}
const KNOWN = ["type", "title", "status", "detail", "where"];

/** Makes a token and answers it. */
export const tokenOf = async (name: string, role: string, expires?: string): Promise<string> =>
  (await json<{ token: string }>(api("POST", "/tokens", { body: { name, role, expires } }))).token;

/** All items of a list, page by page. */
export async function allPages<Item>(path: string, between: () => Promise<void> = async () => {}): Promise<Item[]> {
  const items: Item[] = [];
  for (let next: string | null = ""; next !== null; ) {
    const cursor: string = next === "" ? "" : `${path.includes("?") ? "&" : "?"}cursor=${encodeURIComponent(next)}`;
    const page: { items: Item[]; next: string | null } = await json(api("GET", `${path}${cursor}`));
    items.push(...page.items);
    next = page.next;
    await between();
  }
  return items;
}
