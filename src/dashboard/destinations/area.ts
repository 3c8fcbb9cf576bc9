import { destinationItems } from "../../admin/queries/destinations.ts";
import { previewLayouts } from "../../admin/queries/layouts.ts";
import { testDestination } from "../../admin/queries/tests.ts";
import { sharedReading } from "../frame/looks.ts";
import { testPage } from "../frame/test-report.ts";
import type { Pages } from "../frame/view.ts";
import { destinationsPage } from "./page.ts";
import { layoutsPage } from "./preview-page.ts";

/** The destinations, a test of each, and all that each would show. */
export function addDestinations(pages: Pages): void {
  pages.show("/destinations", { title: "Destinations", live: 10 }, async (view) =>
    destinationsPage(destinationItems(view.context, await sharedReading(view)), { now: view.now, mayTest: view.may("operate") }),
  );

  pages.show("/destinations/:name/preview", { title: "Layouts" }, async ({ context, param }) => {
    const previews = await previewLayouts(context, param("name"));
    return previews && layoutsPage(previews);
  });

  pages.act("/destinations/:name/test", "operate", async ({ context, param, text, now }) => {
    const name = param("name");
    if (!context.loaded.destinationByName.has(name)) return undefined;
    const report = await testDestination(context, name, { dryRun: text("dry_run") === "true" });
    return { title: "Test", page: testPage(report, { href: `/destinations#${name}`, text: "Back to the destinations" }, now) };
  });
}
