import * as z from "zod";
import { deadSearch, replayMany, replayOne } from "../../admin/endpoints/deliveries.ts";
import { deliverySearch, findDelivery, listDeliveries } from "../../admin/queries/deliveries.ts";
import { destinationItems } from "../../admin/queries/destinations.ts";
import { readObjects } from "../../admin/queries/objects.ts";
import { countDead, MOST_REPLAYED } from "../../admin/queries/replay.ts";
import { findAlert } from "../../admin/queries/story.ts";
import { destinationNames } from "../frame/names.ts";
import { type Answer, backTo, type Form, type Pages, parametersOf, type View, WrongQuery } from "../frame/view.ts";
import { deliveryPage } from "./one-page.ts";
import { deliveriesPage } from "./page.ts";
import { chosenPage, replayPage } from "./replay-page.ts";

/** The list of deliveries, each of them, and replaying them. */
export function addDeliveries(pages: Pages): void {
  pages.show("/deliveries", { title: "Deliveries", live: 5 }, async (view) => {
    const { context, url, now } = view;
    const search = parametersOf(url, z.strictObject(deliverySearch));
    if (search instanceof WrongQuery) return search;
    const [found, stuck] = await Promise.all([listDeliveries(context, search), search.cursor ? undefined : stuckOf(view)]);
    return deliveriesPage({ found, stuck, destinations: destinationNames(context), url, mayReplay: view.may("operate"), now });
  });

  pages.show("/deliveries/replay", { title: "Replay", role: "operate" }, async ({ context, url, now }) => {
    const filter = parametersOf(url, z.strictObject(deadSearch));
    if (filter instanceof WrongQuery) return filter;
    return replayPage(await countDead(context, filter), filterParameters(url), MOST_REPLAYED, now);
  });
  pages.act("/deliveries/replay", "operate", replayFound);

  pages.act("/deliveries/chosen", "operate", async (form) => {
    const ids = [...new Set(form.all("id"))].slice(0, 200);
    const back = backTo(form, "/deliveries");
    if (ids.length === 0) return { to: back, notice: "chosen_none" };
    return { page: chosenPage(ids, back), title: "Replay" };
  });
  pages.act("/deliveries/replay-chosen", "operate", async (form) => {
    const ids = [...new Set(form.all("id"))].slice(0, 200);
    const to = backTo(form, "/deliveries");
    if (ids.length === 0) return { to, notice: "chosen_none" };
    const { replayed } = await replayMany(form.context, { ids });
    return { to, notice: "replayed_many", counts: { replayed, passed: ids.length - replayed } };
  });

  pages.show("/deliveries/:id", { title: "Delivery", live: 5 }, async (view) => {
    const record = await findDelivery(view.context, view.param("id"));
    if (!record) return undefined;
    const alert = record.alert === null ? undefined : await findAlert(view.context, record.alert);
    return deliveryPage(record, alert?.story.alert.title, view.may("operate"), view.now);
  });
  pages.act("/deliveries/:id/replay", "operate", async (form) => ({
    to: backTo(form, "/deliveries"),
    notice: await replayOne(form.context, form.param("id")),
  }));
}

async function stuckOf({ context }: View) {
  const [reading, dead] = await Promise.all([readObjects(context), countDead(context, {})]);
  return { destinations: destinationItems(context, reading), dead: dead.items };
}

/** A filter as the form's fields carry it on. */
const filterParameters = (url: URL): URLSearchParams =>
  new URLSearchParams([...url.searchParams].filter(([name, value]) => Object.hasOwn(deadSearch, name) && value !== ""));

/** A piece of what the filter finds; what is left is offered again. */
async function replayFound(form: Form): Promise<Answer> {
  const here = new URL(form.url);
  for (const name of Object.keys(deadSearch)) if (form.text(name) !== "") here.searchParams.set(name, form.text(name));
  const filter = parametersOf(here, z.strictObject(deadSearch));
  const query = String(filterParameters(here));
  const again = query === "" ? "/deliveries/replay" : `/deliveries/replay?${query}`;
  if (filter instanceof WrongQuery) return { to: "/deliveries", notice: "replayed_none" };
  const before = await countDead(form.context, filter);
  const { replayed, more } = await replayMany(form.context, filter);
  if (replayed === 0) return { to: again, notice: before.count === 0 ? "replayed_none" : "replayed_forgotten" };
  const left = Math.max(0, before.count - replayed);
  if (more) return { to: again, notice: "replayed_piece", counts: { replayed, left } };
  return { to: "/deliveries", notice: "replayed_many", counts: { replayed, passed: left } };
}
