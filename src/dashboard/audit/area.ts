import * as z from "zod";
import { auditSearch, readAudit } from "../../admin/queries/audit.ts";
import { type Pages, parametersOf, WrongQuery } from "../frame/view.ts";
import { auditPage } from "./page.ts";

/** Who changed what. */
export function addAudit(pages: Pages): void {
  pages.show("/audit", { title: "Audit log", live: 10 }, async ({ context, url, now }) => {
    const search = parametersOf(url, z.strictObject(auditSearch));
    if (search instanceof WrongQuery) return search;
    return auditPage(await readAudit(context.env.DB, search), url, now);
  });
}
