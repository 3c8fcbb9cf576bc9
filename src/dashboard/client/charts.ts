// Draws the charts of a page with uPlot. Colours are the stylesheet's, so that they fit light and dark.
import uPlot from "uplot";
import type { ChartData } from "../frame/charts.ts";

interface Drawn {
  plot: uPlot;
  data: string;
}

const drawn = new WeakMap<Element, Drawn>();
const HEIGHT = 200;
const WHOLE = [1, 2, 5]
  .flatMap((digit) => Array.from({ length: 9 }, (_, zeros) => digit * 10 ** zeros))
  .sort((left, right) => left - right);

/** Draws what is new or was changed. */
export function draw(): void {
  for (const figure of document.querySelectorAll<HTMLElement>("[data-chart]")) {
    const place = figure.querySelector<HTMLElement>(".plot");
    const data = figure.dataset.chart ?? "";
    const before = place && drawn.get(place);
    if (!place || before?.data === data) continue;
    before?.plot.destroy();
    const plot = new uPlot(options(place, JSON.parse(data)), columns(JSON.parse(data)), place);
    drawn.set(place, { plot, data });
    sizes.observe(place);
  }
}

const sizes = new ResizeObserver((entries) => {
  for (const { target } of entries) drawn.get(target)?.plot.setSize({ width: target.clientWidth, height: HEIGHT });
});

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  for (const place of document.querySelectorAll("[data-chart] .plot")) {
    const before = drawn.get(place);
    if (before) drawn.set(place, { ...before, data: "" });
  }
  draw();
});

/** Layers stand on each other: what is drawn first is the whole, so that each next one covers its lower part. */
function columns({ kind, at, series }: ChartData): uPlot.AlignedData {
  const times = at.map((time) => time / 1_000);
  const values = series.map((one) => one.values);
  if (kind === "lines") return [times, ...values] as uPlot.AlignedData;
  const sums = values.map((_, index) => at.map((_, row) => values.slice(0, index + 1).reduce((sum, one) => sum + (one[row] ?? 0), 0)));
  return [times, ...sums.reverse()] as uPlot.AlignedData;
}

function options(place: HTMLElement, { kind, unit, at, series }: ChartData): uPlot.Options {
  const style = getComputedStyle(place);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  const lines = kind === "lines" ? series : series.toReversed();
  const times = (_: uPlot, splits: number[], __: number, ___: number, step: number): string[] => splits.map((at) => clock(at, step));
  const axis = { stroke: colour("--soft"), grid: { stroke: colour("--line"), width: 1 }, ticks: { stroke: colour("--line"), width: 1 } };
  const bars = uPlot.paths.bars?.({ size: [0.9, 100], align: 1 });
  // A bar stands for the time from its beginning on.
  const step = ((at[1] ?? 0) - (at[0] ?? 0)) / 1_000;
  const [first = 0, last = 0] = [(at[0] ?? 0) / 1_000, (at.at(-1) ?? 0) / 1_000 + (kind === "bars" ? step : 0)];
  return {
    width: place.clientWidth,
    height: HEIGHT,
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1_000), "UTC"),
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, points: { show: kind === "lines" } },
    scales: { x: { time: true, range: [first, last] }, y: { range: (_, __, most) => [0, Math.max(1, most * 1.05)] } },
    // What is counted is whole.
    axes: [
      { ...axis, values: times },
      { ...axis, size: 56, ...(kind === "bars" ? { incrs: WHOLE } : {}) },
    ],
    series: [
      {},
      ...lines.map(({ name, tone }): uPlot.Series => {
        const stroke = colour(`--chart-${tone}`);
        return kind === "bars"
          ? { label: name, fill: stroke, stroke, width: 0, ...(bars ? { paths: bars } : {}), points: { show: false } }
          : { label: name, stroke, width: 2, points: { size: 5, fill: stroke } };
      }),
    ],
    plugins: [tip(unit, series, kind)],
  };
}

/** `14:30`; where a new day begins, and where steps are days, the date. */
function clock(at: number, step: number): string {
  const iso = new Date(at * 1_000).toISOString();
  return step >= 86_400 || at % 86_400 === 0 ? iso.slice(5, 10) : iso.slice(11, 16);
}

/** What stands under the pointer, in words. */
function tip(unit: string, series: ChartData["series"], kind: ChartData["kind"]): uPlot.Plugin {
  const box = document.createElement("div");
  box.className = "tip small";
  box.hidden = true;
  return {
    hooks: {
      init: (plot) => void plot.over.append(box),
      setCursor: (plot) => {
        const { idx, left = 0 } = plot.cursor;
        box.hidden = idx === null || idx === undefined || left < 0;
        if (box.hidden || typeof idx !== "number") return;
        const time = new Date((plot.data[0][idx] ?? 0) * 1_000).toISOString().slice(0, 16).replace("T", " ");
        const values = series.map(({ name, values }) => ({ name, value: values[idx] ?? null }));
        const told = values
          .filter(({ value }) => value !== null && (kind === "lines" || value > 0))
          .map(({ name, value }) => `${name} ${value}`);
        box.textContent = `${time}: ${told.length > 0 ? told.join(", ") : "nothing"} (${unit})`;
        box.classList.toggle("leftwards", left > plot.over.clientWidth / 2);
        box.style.left = `${left}px`;
      },
    },
  };
}
