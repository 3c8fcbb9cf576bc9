// Alerts of one key become one message: the first after `wait`, changes at most once per `interval`; a rise, the end and a reopening at once.
import { rises, type Severity, type Status } from "../alert.ts";
import { after, isNewer, shortened } from "./facts.ts";
import { type GateLogic, type Place, raise, type Work } from "./gate.ts";
import { byWeight, groupPatch, isOpen, type Member, severityOf } from "./group-patch.ts";
import type { GateSettings, Observation } from "./interface.ts";

/** Members of one group that are known one by one; of more, only the number. */
const MOST_MEMBERS = 1_000;

/** So many of any size fit into a row, which holds 2 MB. */
const ALWAYS_KNOWN = 200;
const MOST_BYTES = 1_600_000;

/** What is known of one key. Times in Unix ms. */
interface GroupState {
  settings: Extract<GateSettings, { gate: "group" }>;
  /** Of the group that there is, or was last. */
  ordinal: number;
  order: number;
  members: Record<string, Member>;
  /** Members that are not known one by one. */
  more: number;
  since: number;
  told?: { at: number; severity?: Severity; status: Status };
  isUntold?: boolean;
  isClosed?: true;
}

/** To which groups of a rule an alert belongs. */
interface Belongs {
  keys: string[];
}

const groupAt = (by: string, key: string): Place => ({ kind: "group", by, key });

/** The gate of `group`. */
export const group: GateLogic = {
  observe(work, observation) {
    if (observation.settings.gate !== "group") return;
    const { by, keys, alert } = observation;
    const place: Place = { kind: "group_alert", by, key: alert.id };
    const before = work.read<Belongs>(place)?.keys;
    const known = before?.map((key) => work.read<GroupState>(groupAt(by, key))?.members[alert.id]).find((member) => member !== undefined);
    if (!isNewer({ version: alert.version, at: observation.at }, known)) {
      for (const key of before ?? []) date(work, groupAt(by, key), observation);
      return;
    }
    for (const key of before ?? []) if (!keys.includes(key)) leave(work, groupAt(by, key), new Set([alert.id]));
    for (const key of keys) join(work, groupAt(by, key), observation, before !== undefined);
    if (keys.length === 0) work.remove(place);
    else if (before?.join("\u001f") !== keys.join("\u001f")) work.write(place, { keys });
  },

  turn(work, place) {
    const state = work.read<GroupState>(place);
    if (!state) return;
    if ((state.isUntold || !state.told) && dueOf(state, work.now) <= work.now) tell(work, place, state);
    else if (state.told?.status === "resolved" && dueOf(state, work.now) <= work.now) {
      state.members = {};
      state.more = 0;
      state.isClosed = true;
      delete state.told;
    }
    write(work, place, state);
  },

  giveUp(work, place) {
    const state = work.read<GroupState>(place);
    if (state?.isUntold) tell(work, place, state);
  },

  forget(work, place, alerts) {
    if (place.kind === "group_alert") {
      if (alerts.has(place.key)) work.remove(place);
      return;
    }
    leave(work, place, alerts);
    // What is erased stands nowhere any longer than need be: that does not wait for the interval.
    const state = work.read<GroupState>(place);
    if (!state?.told || !state.isUntold) return;
    tell(work, place, state);
    write(work, place, state);
  },
};

function join(work: Work, place: Place, { settings, alert, at }: Observation, wasMember: boolean): void {
  if (settings.gate !== "group") return;
  const before = work.read<GroupState>(place);
  // The end of what was told and closed begins nothing.
  if ((!before || before.isClosed) && wasMember && !isOpen(alert)) return;
  const state = before && !before.isClosed ? { ...before, settings } : begun(work, place, settings, before);
  const member = state.members[alert.id];
  const { category: _, tags: __, ...facts } = shortened(alert);
  const now: Member = { ...facts, since: Math.min(at, member?.since ?? at), at: Math.max(at, member?.at ?? at) };
  if (!member || hasNews(member, now)) state.isUntold = true;
  else if (now.at === member.at && now.version === member.version) return;
  state.members[alert.id] = now;
  // Its facts were dropped when there were too many: it is known one by one again.
  if (!member && wasMember && state.more > 0) state.more -= 1;
  dropMost(state);
  // When it is told is seen when all that comes at once is in.
  work.write(place, state, work.now);
}

/** A word that came late may tell when the alert began. */
function date(work: Work, place: Place, { alert, at }: Observation): void {
  const state = work.read<GroupState>(place);
  const member = state?.members[alert.id];
  if (!state || !member || (at >= member.since && at <= member.at)) return;
  const now = { ...member, since: Math.min(at, member.since), at: Math.max(at, member.at) };
  state.members[alert.id] = now;
  if (hasNews(member, now)) state.isUntold = true;
  write(work, place, state);
}

function begun(work: Work, place: Place, settings: GroupState["settings"], before: GroupState | undefined): GroupState {
  const ordinal = (before?.ordinal ?? work.ordinalBefore(place)) + 1;
  return { settings, ordinal, order: before?.order ?? 0, members: {}, more: 0, since: work.now, isUntold: true };
}

/** Alerts that belong elsewhere now, or nowhere any more. */
function leave(work: Work, place: Place, alerts: ReadonlySet<string>): void {
  const state = work.read<GroupState>(place);
  if (!state || !Object.keys(state.members).some((id) => alerts.has(id))) return;
  state.members = Object.fromEntries(Object.entries(state.members).filter(([id]) => !alerts.has(id)));
  state.isUntold = true;
  // Nobody has heard of a group that is empty before its time, and its number is free for the next one.
  if (!state.told && Object.keys(state.members).length + state.more === 0) {
    Object.assign(state, { isClosed: true, ordinal: state.ordinal - 1 });
    delete state.isUntold;
  }
  write(work, place, state);
}

function tell(work: Work, place: Place, state: GroupState): void {
  const members = Object.values(state.members);
  const patch = groupPatch(place, members, state.more);
  const { status = "new" } = patch;
  const total = members.length + state.more;
  const reason = `the rule "${place.by}" has ${total} ${total === 1 ? "alert" : "alerts"} in this group: ${patch.summary}`;
  raise(work, "group", place, state, { type: "grouped", reason, patch, ordinal: state.ordinal });
  const severity = severityOf(members) ?? state.told?.severity;
  state.told = { at: work.now, ...(severity ? { severity } : {}), status };
  delete state.isUntold;
}

/** When the group is told, or closed. */
function dueOf(state: GroupState, now: number): number {
  const { settings, told, since, isUntold } = state;
  if (state.isClosed) return Number.POSITIVE_INFINITY;
  if (!told) return after(since, settings.waitMs, now);
  const pause = after(told.at, settings.intervalMs, now);
  if (!isUntold) return told.status === "resolved" ? pause : Number.POSITIVE_INFINITY;
  const severity = severityOf(Object.values(state.members));
  const isOver = severity === undefined && state.more === 0;
  const isUrgent = isOver !== (told.status === "resolved") || (severity && rises(told.severity ?? "info", severity));
  return isUrgent ? now : pause;
}

function write(work: Work, place: Place, state: GroupState): void {
  const due = dueOf(state, work.now);
  work.write(place, state, Number.isFinite(due) ? due : undefined);
}

/** Whether there is something to tell: that an alert was heard of once more is not. */
const hasNews = (before: Member, { title, severity, status, url, since }: Member): boolean =>
  before.title !== title || before.severity !== severity || before.status !== status || before.url !== url || before.since !== since;

/** The last in order is known by number alone when there are too many for a row: a resolved one, else a mild and old one. */
function dropMost(state: GroupState): void {
  for (let members = Object.values(state.members); isTooMuch(members); members = Object.values(state.members)) {
    const last = members.reduce((least, member) => (byWeight(least, member) < 0 ? member : least));
    delete state.members[last.id];
    if (isOpen(last)) state.more += 1;
  }
}

function isTooMuch(members: readonly Member[]): boolean {
  if (members.length <= ALWAYS_KNOWN) return false;
  return members.length > MOST_MEMBERS || members.reduce((sum, member) => sum + bytesOf(member), 0) > MOST_BYTES;
}

/** A UTF-16 unit is three bytes at the most. */
const bytesOf = ({ title, assets, url = "" }: Member): number => 300 + 3 * (title.length + assets.join().length + url.length);
