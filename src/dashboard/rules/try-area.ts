import { explain } from "../../admin/queries/explain.ts";
import { tryPayload } from "../../admin/queries/try-payload.ts";
import { parseJson } from "../../lib/json.ts";
import { routeNames } from "../frame/names.ts";
import type { Answer, Form, Pages, View } from "../frame/view.ts";
import { type Shown, tryPage } from "./try-page.ts";

/** The page on which a stored alert or a payload meets the rules. */
export function addTry(pages: Pages): void {
  pages.show("/rules/try", { title: "Try an alert" }, async (view) => {
    const alert = (view.url.searchParams.get("alert") ?? "").trim().slice(0, 200);
    if (alert === "") return tryPage(shown(view, {}));
    const explained = await explain(view.context, alert, undefined);
    if (explained.ok && explained.value) return tryPage(shown(view, { alert, explained: explained.value }));
    return tryPage(shown(view, { alert, problem: "No ledger knows this alert. Ids look like prod.0123456789abcdef01234567." }));
  });

  pages.act("/rules/try", "read", tryOut);
}

const tryOut = (form: Form): Promise<Answer> => triedPayload(form, form.text("route"), form.text("payload"));

/** The page with what a payload would become. */
export async function triedPayload(form: View, route: string, payload: string): Promise<Answer> {
  const page = (more: Partial<Shown>, status?: 422): Answer => ({
    title: "Try an alert",
    status,
    page: tryPage(shown(form, { route, payload, ...more })),
  });
  const body = parseJson(new TextEncoder().encode(payload));
  if (!body.ok) return page({ problem: `The payload is not JSON: ${body.reason}.` }, 422);
  const tried = await tryPayload(form.context, route, { payload: body.value });
  if (tried.ok) return page({ tried: tried.value });
  switch (tried.reason.kind) {
    case "unread":
      return page({ problem: `The source does not take it. Its sender would be told: ${tried.reason.sentence}` }, 422);
    case "config":
    case "no_route":
      return page({ problem: "There is no such route any more, or its configuration is broken." }, 422);
  }
}

const shown = ({ context, url, now }: Pick<View, "context" | "url" | "now">, more: Partial<Shown>): Shown => ({
  routes: routeNames(context),
  alert: "",
  route: url.searchParams.get("route") ?? "",
  payload: "",
  now,
  ...more,
});
