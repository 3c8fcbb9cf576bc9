import { describe, expect, test } from "vitest";
import type { HiddenBySilence } from "../ledger/interface.ts";
import { type EndingSilence, endedSpans, endWord, noEnds, remembered } from "./silence-ends.ts";

const NOW = Date.parse("2026-11-21T14:00:00.000Z");
const HOUR = 3_600_000;
const iso = (ms: number): string => new Date(ms).toISOString();
const silence = (more: Partial<EndingSilence> = {}): EndingSilence => ({
  id: "s1",
  owner: "ana",
  comment: "maintenance",
  ends_at: iso(NOW),
  ended_at: null,
  ...more,
});
const hid = (spans: HiddenBySilence["spans"]): Record<string, HiddenBySilence> => ({ s1: { events: 0, alerts: 0, at: NOW, spans } });
const span = (events: number, alerts: number, open: number, from: string[]) => ({ events, alerts, open, from });

describe("the end of a silence", () => {
  test("is told once for each span that is over, with the sums of all ledgers, to everybody who was spared", () => {
    const hidden = [hid({ [NOW]: span(30, 10, 2, ["soc"]) }), hid({ [NOW]: span(4, 2, 1, ["oncall", "soc"]) }), {}];
    const ended = endedSpans([silence()], hidden, noEnds(), NOW);
    expect(ended).toEqual([{ silence: "s1", until: NOW }]);
    expect(endWord(silence(), { silence: "s1", until: NOW }, hidden, NOW)).toEqual({
      key: `s1 ${NOW}`,
      notice: {
        id: `silence.s1.${NOW}`,
        severity: "low",
        resolved: true,
        title: "The silence of ana (maintenance) ended",
        text: "It hid 34 events of 12 alerts; 3 are still open and shown now.",
        at: iso(NOW),
      },
      to: ["oncall", "soc"],
    });
    expect(endedSpans([silence()], hidden, { told: [`s1 ${NOW}`], owed: [] }, NOW)).toEqual([]);
    const owed = [endWord(silence(), { silence: "s1", until: NOW }, hidden, NOW)];
    expect(endedSpans([silence()], hidden, { told: [], owed }, NOW)).toEqual([]);
  });

  test("is not told before its time, unless somebody ended it", () => {
    const hidden = [hid({ [NOW + HOUR]: span(1, 1, 0, ["soc"]) })];
    const running = silence({ ends_at: iso(NOW + HOUR) });
    expect(endedSpans([running], hidden, noEnds(), NOW)).toEqual([]);
    const stopped = { ...running, ended_at: iso(NOW - 1) };
    expect(endedSpans([stopped], hidden, noEnds(), NOW)).toHaveLength(1);
    expect(endWord(stopped, { silence: "s1", until: NOW + HOUR }, hidden, NOW).notice).toMatchObject({
      title: "The silence of ana (maintenance) ended",
      text: "It hid 1 event of 1 alert; none of them is open any more.",
      at: iso(NOW),
    });
  });

  test("is that of a window where the silence goes on", () => {
    const hidden = [hid({ [NOW - HOUR]: span(1, 1, 1, ["soc"]), [NOW + HOUR]: span(2, 1, 0, ["soc"]) })];
    const weekly = silence({ ends_at: iso(NOW + 99 * HOUR) });
    expect(endedSpans([weekly], hidden, noEnds(), NOW)).toEqual([{ silence: "s1", until: NOW - HOUR }]);
    expect(endWord(weekly, { silence: "s1", until: NOW - HOUR }, hidden, NOW).notice.title).toBe(
      "A window of the silence of ana (maintenance) ended",
    );
  });

  test("is nobody's business where it hid nothing, or is not there any more", () => {
    expect(endedSpans([silence()], [], noEnds(), NOW)).toEqual([]);
    expect(endedSpans([], [hid({ [NOW]: span(1, 1, 0, ["soc"]) })], noEnds(), NOW)).toEqual([]);
  });

  test("is remembered as long as a ledger knows of it, and a word that nobody takes for a day", () => {
    const hidden = [hid({ [NOW]: span(1, 1, 0, ["soc"]) })];
    const word = endWord(silence(), { silence: "s1", until: NOW }, hidden, NOW);
    const memory = { told: [`s1 ${NOW}`, "s2 5"], owed: [word] };
    expect(remembered(memory, hidden, NOW)).toEqual({ told: [`s1 ${NOW}`], owed: [word] });
    expect(remembered(memory, hidden, NOW + 25 * HOUR).owed).toEqual([]);
  });
});
