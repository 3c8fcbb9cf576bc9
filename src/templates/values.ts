// What templates see: copies of the inputs, so small that no alert makes a template slow.
import type { Alert, Change } from "../alert.ts";
import { ALERT, CHANGE, type Shape } from "../rules/shape.ts";

/** What a template is rendered with. */
export interface Inputs {
  alert: Alert;
  /** What the last event changed; the alert's own change unless set. */
  change?: Change;
  /** The name of the destination that shows the alert. */
  destination: string;
}

const TEXT: Shape = { kind: "text" };

/** The names at the top of a template, with what each holds. */
export const NAMES = { alert: ALERT, change: CHANGE, route: TEXT, destination: TEXT } satisfies Record<string, Shape>;

const MAX_STRING = 4_000;
const MAX_KEY = 200;
const MAX_MEMBERS = 200;
const MAX_DEPTH = 8;
const MAX_CHARS = 100_000;
const MAX_NODES = 5_000;

interface Room {
  chars: number;
  nodes: number;
}

/** What a template sees, by name. */
export type Values = Record<keyof typeof NAMES, unknown>;

/** The inputs under the names that templates know. Texts are well-formed; long lists and texts are cut. */
export function valuesOf({ alert, change, destination }: Inputs): Values {
  const room: Room = { chars: MAX_CHARS, nodes: MAX_NODES };
  const names = { route: alert.route, destination };
  // What is long may be cut, and comes last: the lists, the changes, and at the very end what the source put there.
  const entries = Object.entries(alert).sort(([left, one], [right, other]) => rank(left, one) - rank(right, other));
  const copied = Object.fromEntries(entries.map(([key, value]) => [key, copy(value, 1, room)]));
  return { ...names, change: change ? copy(change, 0, room) : copied.change, alert: copied };
}

const rank = (key: string, value: unknown): number => (typeof value !== "object" ? 0 : key === "change" ? 2 : key === "data" ? 3 : 1);

function copy(value: unknown, depth: number, room: Room): unknown {
  if (room.nodes-- <= 0) return undefined;
  if (typeof value === "string") {
    const text = value.slice(0, Math.min(MAX_STRING, room.chars)).toWellFormed();
    room.chars -= text.length;
    return text;
  }
  if (typeof value !== "object" || value === null) return value;
  if (depth >= MAX_DEPTH) return undefined;
  if (Array.isArray(value)) return value.slice(0, MAX_MEMBERS).map((member) => copy(member, depth + 1, room));
  return copyTable(value, depth, room);
}

function copyTable(value: object, depth: number, room: Room): Record<string, unknown> {
  const table: Record<string, unknown> = {};
  let members = 0;
  // Not by `Object.keys`, which would list a huge table whole.
  for (const key in value) {
    if (members++ >= MAX_MEMBERS || room.nodes <= 0) break;
    if (!Object.hasOwn(value, key)) continue;
    // By definition and not by assignment: `__proto__` in a payload is a key like any other.
    const member = { value: copy(Reflect.get(value, key), depth + 1, room), enumerable: true, configurable: true, writable: true };
    Object.defineProperty(table, key.slice(0, MAX_KEY), member);
  }
  return table;
}
