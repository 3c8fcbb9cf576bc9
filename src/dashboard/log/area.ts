import * as z from "zod";
import { countRefused, logSearch, readLog } from "../../admin/queries/log.ts";
import { routeNames } from "../frame/names.ts";
import { type Pages, parametersOf, WrongQuery } from "../frame/view.ts";
import { logPage } from "./page.ts";

const HOUR_MS = 60 * 60_000;

/** The log of requests. */
export function addLog(pages: Pages): void {
  pages.show("/log", { title: "Request log", live: 5 }, async ({ context, url, now }) => {
    const search = parametersOf(url, z.strictObject(logSearch));
    if (search instanceof WrongQuery) return search;
    const since = new Date(now - HOUR_MS).toISOString();
    const [found, items] = await Promise.all([readLog(context, search), search.cursor ? undefined : countRefused(context, now - HOUR_MS)]);
    return logPage({ found, refused: items && { items, since }, routes: routeNames(context), url, now });
  });
}
