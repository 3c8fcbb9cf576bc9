// What a slot's message does next at the chat. A delivery may take several requests: a living message is edited and its
// thread gets a reply; a rise becomes a new message and the old one points to it. What is done already is read off the slot,
// so that a crash between two requests leaves nothing to guess.
import { rises } from "../alert.ts";
import type { Capabilities } from "../destinations/destination.ts";
import type { Action } from "../outcome.ts";
import { deltaSince, isUrgent, saysSomething } from "./delta.ts";
import type { Shown, Slot } from "./slot.ts";

/**
 * `post`: the alert as it stands, in a message of its own. `edit`: the same, in the message that is there. `reply` and
 * `follow`: what changed, in the alert's thread or as a message of its own. `point`: a former message says where to look now.
 */
export type Step = "post" | "edit" | "reply" | "follow" | "point";

/** What each step is to the chat. */
export const ACTIONS: Record<Step, Action> = { post: "post", edit: "edit", reply: "reply", follow: "post", point: "edit" };

/** Between two replies or follow-ups for the same alert that are not urgent. */
export const FOLLOW_UP_MS = 60_000;

/** The next step of a message of this version at the time `now`, Unix ms; undefined when the chat says all of it. */
export function nextStep(slot: Slot, version: number, can: Capabilities, now: number): Step | undefined {
  const { shown, alert, former = [] } = slot;
  if (slot.purpose !== "alert") return shown && shown.version >= version ? undefined : shown?.ref !== undefined ? "edit" : "post";
  if (!shown) return "post";
  const placed = shown.ref !== undefined;
  const delta = deltaSince(toldBy(shown), alert);
  if (!can.edit) {
    if (!saysSomething(delta)) return undefined;
    return can.thread && placed ? "reply" : "follow";
  }
  const behind = shown.version < version;
  if (!placed) return behind ? "post" : undefined;
  if (can.record) return behind ? "edit" : undefined;
  const rose = rises(toldBy(shown).severity, alert.severity);
  if (can.thread) {
    // People have to notice a rise: that goes first.
    if (rose) return "reply";
    const news = saysSomething(delta);
    if (behind) return news && isOverdue(shown, now) ? "reply" : "edit";
    return news ? "reply" : undefined;
  }
  if (rose) return "post";
  if (behind) return "edit";
  return former.length > 0 ? "point" : undefined;
}

/**
 * Silent edits have gone beyond what the thread tells, and a reply is due: while new versions keep coming, each edit would put it
 * off again.
 */
const isOverdue = ({ told, facts, followedUpAt = 0 }: Shown, now: number): boolean =>
  told !== undefined && now - followedUpAt >= FOLLOW_UP_MS && JSON.stringify(told) !== JSON.stringify(facts);

/** What readers were last told, other than by a silent edit. */
export const toldBy = (shown: Shown): Shown["facts"] => shown.told ?? shown.facts;

/** Whether a step may be put off for a minute since the last one like it: neither a first message nor urgent news. */
export const isRepeat = (slot: Slot, step: Step | undefined): boolean =>
  (step === "reply" || step === "follow") && slot.shown !== undefined && !isUrgent(toldBy(slot.shown), slot.alert);
