// What tests of the dashboard do besides looking: raise an alert of their own, make a token, press and see where it leads.
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { type GenericBody, genericBody } from "../generic-route.ts";
import type { Stack } from "../stack.ts";
import { PROD } from "./relay.ts";

/** The token of the tests' relay that may do everything. */
export const ADMIN = "test-admin-token";

/** Raises an alert at the route `prod` and resolves to its id, once the lists have it. */
export async function raise(stack: Stack, body: GenericBody & { title: string }): Promise<string> {
  await stack.hook(PROD, genericBody(body));
  let id: string | undefined;
  await expect
    .poll(async () => {
      const { items } = await stack.get<{ items: { id: string; title: string }[] }>("/api/alerts?limit=200");
      id = items.find(({ title }) => title === body.title)?.id;
      return id;
    })
    .toBeDefined();
  return id ?? "";
}

/** Makes a token by the API. */
export async function makeToken(stack: Stack, name: string, role: "read" | "operate" | "configure"): Promise<string> {
  const answer = await stack.call("/api/tokens", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name, role }),
  });
  expect(answer.status).toBe(201);
  return ((await answer.json()) as { token: string }).token;
}

/** Rows of the audit log of one action, newest first. */
export async function audited(stack: Stack, action: string): Promise<{ actor: string; target: string | null; detail: unknown }[]> {
  return (await stack.get<{ items: { actor: string; target: string | null; detail: unknown }[] }>(`/api/audit?action=${action}`)).items;
}

/** Waits for the page's heading. */
export const heading = (page: Page, text: string | RegExp): Promise<void> => page.locator("main h1").filter({ hasText: text }).waitFor();

/** Waits for what a page says after a form. */
export const said = (page: Page, text: string | RegExp): Promise<void> =>
  page.locator("main .note").filter({ hasText: text }).first().waitFor();
