// What every page loads: it keeps times true, keeps a page live, copies, and draws charts where there are any. Pages work without it.

import { addCopying } from "./copying.ts";
import { keepLive } from "./live.ts";
import { tellTimes } from "./times.ts";

tellTimes();
setInterval(tellTimes, 1_000);
addCopying();
const main = document.querySelector<HTMLElement>("main[data-live]");
if (main) keepLive(main, Number(main.dataset.live) * 1_000);
void drawCharts();
document.addEventListener("tocsin:updated", () => void drawCharts());

/** The library is loaded by those pages alone that have a chart. */
async function drawCharts(): Promise<void> {
  if (!document.querySelector("[data-chart] .plot")) return;
  const address = "/assets/charts.js";
  const charts = (await import(address)) as typeof import("./charts.ts");
  charts.draw();
}
