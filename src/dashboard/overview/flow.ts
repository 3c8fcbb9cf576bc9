// The books as a picture: where each box and each band between two boxes stands. Pure geometry; what it looks like is in flow-picture.ts.
// Events and messages are counted on scales of their own, since one event may become several messages, or none.
import type { RouteCounts } from "../../ledger/interface.ts";
import type { DestinationCounts } from "../../outbox/interface.ts";
import type { Tone } from "../frame/parts.ts";

/** One number of the books. Units are those of the picture. */
export interface Box {
  name: string;
  count: number;
  tone: Tone;
  href: string;
  x: number;
  y: number;
  height: number;
}

/** From the right side of one box to the left side of another. */
export interface Band {
  tone: Tone;
  x1: number;
  x2: number;
  from: readonly [top: number, bottom: number];
  to: readonly [top: number, bottom: number];
}

/** The whole picture. */
export interface Flow {
  width: number;
  height: number;
  boxes: Box[];
  bands: Band[];
}

/** How wide a box is. */
export const BOX_WIDTH = 12;
const WIDTH = 1_120;
const HEIGHT = 300;
/** A number needs so much room, however small it is. */
const LEAST_PITCH = 26;
const GAP = 6;
/** What is there can be seen. */
const LEAST_BOX = 2;
const COLUMNS = [0, 225, 470, 735, 960] as const;

type Item = Pick<Box, "name" | "count" | "tone" | "href">;

/** Lays the books out, summed over all routes and all destinations. */
export function flowOf(routes: RouteCounts, destinations: DestinationCounts): Flow {
  const { planned, own } = destinations;
  const byRoute = "#books-by-name";
  const intake: Item[] = [
    { name: "accepted", count: routes.accepted, tone: "good", href: "/log?outcome=accepted" },
    { name: "duplicate", count: routes.duplicate, tone: "calm", href: "/log?outcome=duplicate" },
    { name: "test", count: routes.test, tone: "busy", href: "/log?outcome=test" },
    { name: "ignored", count: routes.ignored, tone: "calm", href: "/log?outcome=ignored" },
  ];
  const ends: Item[] = [
    { name: "routed", count: routes.routed, tone: "good", href: byRoute },
    { name: "grouped", count: routes.grouped, tone: "calm", href: byRoute },
    { name: "silenced", count: routes.silenced, tone: "calm", href: "/silences" },
    { name: "unmatched", count: routes.unmatched, tone: "warn", href: byRoute },
    { name: "processing", count: routes.processing, tone: "busy", href: byRoute },
    { name: "failed", count: routes.failed, tone: "bad", href: byRoute },
  ];
  const sources: Item[] = [
    { name: "messages of routes", count: planned - own, tone: "good", href: "/deliveries" },
    { name: "tests and own", count: own, tone: "busy", href: "/deliveries" },
  ];
  const settled: Item[] = [
    { name: "delivered", count: destinations.delivered, tone: "good", href: "/deliveries?state=delivered" },
    { name: "merged", count: destinations.merged, tone: "calm", href: "/deliveries?state=merged" },
    { name: "pending", count: destinations.pending, tone: "busy", href: "/deliveries?state=pending" },
    { name: "dead", count: destinations.dead, tone: "bad", href: "/deliveries?state=dead" },
  ];
  const events = Math.min(scaleOf(intake, HEIGHT), scaleOf(ends, HEIGHT));
  const messages = Math.min(scaleOf(sources, HEIGHT), scaleOf(settled, HEIGHT));
  const received: Item = { name: "received", count: routes.received, tone: "calm", href: "/log" };
  const [first] = stacked([received], COLUMNS[0], events);
  const second = stacked(intake, COLUMNS[1], events);
  const third = stacked(ends, COLUMNS[2], events);
  const fourth = stacked(sources, COLUMNS[3], messages);
  const fifth = stacked(settled, COLUMNS[4], messages);
  const refused = refusedBox(routes.refused, events, first);
  const [accepted] = second;
  const [routed] = third;
  const [handed] = fourth;
  return {
    width: WIDTH,
    height: HEIGHT,
    boxes: [...(first ? [first] : []), ...refused, ...second, ...third, ...fourth, ...fifth],
    bands: [
      ...(first ? split(first, second) : []),
      ...(accepted ? split(accepted, third) : []),
      ...(routed && handed && routed.count > 0 && handed.count > 0 ? [between(routed, handed)] : []),
      ...join(fourth, fifth),
    ],
  };
}

/** Requests refused before they were events stand beside: they are no part of what is received. */
function refusedBox(count: number, scale: number, first: Box | undefined): Box[] {
  if (count === 0) return [];
  const height = Math.max(LEAST_BOX, Math.min(count * scale, 40));
  const y = Math.min(HEIGHT - Math.max(height, LEAST_PITCH), (first ? first.y + Math.max(first.height, LEAST_PITCH) : 0) + 3 * GAP);
  return [{ name: "refused", count, tone: "warn", href: "/log?outcome=refused", x: COLUMNS[0], y, height }];
}

/** How high one of these may be drawn, so that all of them have room. */
export function scaleOf(items: readonly Pick<Item, "count">[], height: number): number {
  const room = height - GAP * (items.length - 1);
  const needed = (scale: number): number => items.reduce((sum, { count }) => sum + Math.max(LEAST_PITCH, count * scale), 0);
  const most = Math.max(...items.map(({ count }) => count));
  if (most === 0) return 0;
  let [low, high] = [0, room / most];
  for (let tries = 0; tries < 40; tries += 1) {
    const middle = (low + high) / 2;
    if (needed(middle) <= room) low = middle;
    else high = middle;
  }
  return low;
}

function stacked(items: readonly Item[], x: number, scale: number): Box[] {
  let y = 0;
  return items.map((item) => {
    const height = item.count === 0 ? 0 : Math.max(LEAST_BOX, item.count * scale);
    const box = { ...item, x, y, height };
    y += Math.max(height, LEAST_PITCH) + GAP;
    return box;
  });
}

/** A box that becomes several: the bands leave it in their order. */
function split(from: Box, into: readonly Box[]): Band[] {
  let top = from.y;
  return into.flatMap((box) => {
    if (box.count === 0) return [];
    const height = from.count === 0 ? 0 : (box.count / from.count) * from.height;
    const band = bandOf(from, box, [top, top + height], [box.y, box.y + box.height]);
    top += height;
    return [band];
  });
}

/** Several boxes that are mixed and become several others: the bands share what they come from. */
function join(from: readonly Box[], into: readonly Box[]): Band[] {
  const whole = from.reduce((sum, { count }) => sum + count, 0);
  const tops = new Map(into.map((box) => [box, box.y]));
  return from.flatMap((source) => {
    let top = source.y;
    return into.flatMap((box) => {
      if (box.count === 0 || source.count === 0) return [];
      const leaves = (box.count / whole) * source.height;
      const comes = (source.count / whole) * box.height;
      const at = tops.get(box) ?? box.y;
      tops.set(box, at + comes);
      const band = bandOf(source, box, [top, top + leaves], [at, at + comes]);
      top += leaves;
      return [band];
    });
  });
}

const between = (from: Box, to: Box): Band => bandOf(from, to, [from.y, from.y + from.height], [to.y, to.y + to.height]);

const bandOf = (from: Box, to: Box, left: Band["from"], right: Band["to"]): Band => ({
  tone: to.tone,
  x1: from.x + BOX_WIDTH,
  x2: to.x,
  from: left,
  to: right,
});
