// What the source says because we told it: its own word of a status or a comment that we wrote there comes back as an event, and in what its
// API tells. It is no news, and makes no message.
import { type AlertPatch, commentIn, type SourceEvent } from "../alert.ts";
import type { AlertState, OwedWrite } from "./state.ts";

/** How long an event may be the answer to what we wrote. */
const ECHO_MS = 10 * 60_000;
const MOST_NOTES = 10;

/** Notes what the source took, so that it is recognised when it comes back. `at` in Unix ms. */
export function noteWritten(state: AlertState, { status, note }: Pick<OwedWrite, "status" | "note">, at: number): void {
  const before = state.written;
  state.written = {
    ...(status ? { status } : before?.status ? { status: before.status } : {}),
    notes: [...(before?.notes ?? []), { text: note, at }].slice(-MOST_NOTES),
  };
}

/** A patch without what is ours in it. */
export function withoutEcho(state: AlertState, patch: AlertPatch, now: number): AlertPatch {
  if (!state.written && !state.writeBack) return patch;
  const { alert } = state;
  // The same status in the source's own word: ours says who set it.
  const own = patch.status !== undefined && patch.status === alert.status && statuses(state).includes(patch.status);
  const said = commentIn(patch.data?.comment);
  const ours = said !== undefined && notes(state, now).some((note) => holds(said.text, note));
  if (!own && !ours) return patch;
  const { comment: _, ...data } = patch.data ?? {};
  return { ...patch, ...(own ? { status_label: alert.status_label } : {}), ...(ours ? { data } : {}) };
}

/** Whether an event tells nothing but what we wrote there a moment ago: then it does not count. */
export function isEcho(state: AlertState, { kind, patch }: Pick<SourceEvent, "kind" | "patch">, now: number): boolean {
  const heard = notes(state, now);
  if (heard.length === 0) return false;
  if (kind !== "commented")
    return patch.status !== undefined && patch.status === state.alert.status && statuses(state).includes(patch.status);
  const said = commentIn(patch.data?.comment);
  // A comment without its text may be ours: what it says is asked for, and told if it is not.
  return said === undefined || heard.some((note) => holds(said.text, note));
}

/** What is on its way counts as written: the source's event may be here before its answer. */
const statuses = ({ written, writeBack = [] }: AlertState) => [written?.status, ...writeBack.map(({ status }) => status)];

const notes = ({ written, writeBack = [] }: AlertState, now: number): string[] => [
  ...(written?.notes ?? []).filter(({ at }) => at > now - ECHO_MS).map(({ text }) => text),
  ...writeBack.map(({ note }) => note),
];

/** A source may put its own markup around a text. */
const holds = (text: string, note: string): boolean => squeezed(text).includes(squeezed(note));
const squeezed = (text: string): string => text.replace(/\s+/g, " ").trim();
