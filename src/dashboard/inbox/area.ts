import * as z from "zod";
import { inboxSearch, listInbox } from "../../admin/queries/inbox.ts";
import { type Pages, parametersOf, WrongQuery } from "../frame/view.ts";
import { inboxPage } from "./page.ts";

/** Cards are tall: fewer of them unless more are asked for. */
const CARDS = 20;

/** What destinations of type `inbox` keep. */
export function addInbox(pages: Pages): void {
  pages.show("/inbox", { title: "Inbox", live: 5 }, async ({ context, url, now }) => {
    const search = parametersOf(url, z.strictObject(inboxSearch));
    if (search instanceof WrongQuery) return search;
    const limit = url.searchParams.has("limit") ? search.limit : CARDS;
    const found = await listInbox(context.env.DB, { ...search, limit });
    const destinations = [...context.loaded.destinationByName.values()].filter(({ type }) => type === "inbox").map(({ name }) => name);
    return inboxPage({ found, destinations: destinations.sort(), url, now });
  });
}
