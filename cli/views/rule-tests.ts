// What tests of rules came to: those that fail with what was expected, what came, and what each rule said.

import { spanText } from "../../src/lib/duration.ts";
import { bad, faint, good, type Paint, strong } from "../frame/paint.ts";
import { tableLines } from "../frame/table.ts";
import type { TestResult } from "../rule-tests/run.ts";
import { decisionLines } from "./decisions.ts";
import { plain, plural, severityPaint } from "./words.ts";

/** Messages that a failing test shows at the most; there may be thousands. */
const MOST_TOLD = 20;
const MOST_EVENTS = 5;

/** The lines of all results, file by file, and what they come to. */
export function testLines(results: readonly TestResult[], width: number, tookMs: number): Paint[] {
  const files = [...new Set(results.map(({ file }) => file))];
  const failed = results.filter(({ failures }) => failures.length > 0).length;
  const told = `${plural(results.length, "test")}, ${failed === 0 ? "all passed" : `${failed} failed`}`;
  return [
    ...files.flatMap((file) => [strong(file), ...results.filter((one) => one.file === file).flatMap((one) => resultLines(one, width))]),
    "",
    [failed === 0 ? good(told) : bad(told), faint(`  in ${tookMs} ms`)],
  ];
}

function resultLines(result: TestResult, width: number): Paint[] {
  const { name, failures } = result;
  if (failures.length === 0) return [["  ", good("ok  "), `  ${name}`]];
  return [
    ["  ", bad("FAIL"), "  ", strong(name)],
    ...failures.map((failure): Paint => `        ${failure}`),
    ...toldLines(result, width),
    ...whyLines(result, width),
  ];
}

function toldLines({ told, start }: TestResult, width: number): Paint[] {
  if (told.length === 0) return [["        ", faint("nothing was told to anybody")]];
  const rows = told
    .slice(0, MOST_TOLD)
    .map(({ at, destination, kind, severity, title, text }): Paint[] => [
      at === start ? "0s" : `+${spanText(at - start)}`,
      destination,
      kind,
      severityPaint(severity),
      text === undefined ? title : `${title}: ${text}`,
    ]);
  const columns = [{ title: "" }, { title: "" }, { title: "" }, { title: "" }, { title: "", least: 20 }];
  const more = told.length - rows.length;
  return [
    ["        ", faint("what was told")],
    ...tableLines(columns, rows, width, 10),
    ...(more > 0 ? [faint(`          and ${plural(more, "message")} more`)] : []),
  ];
}

/** What the rules said of each event: where it ended otherwise than was thought, the reason stands here. */
function whyLines({ events }: TestResult, width: number): Paint[] {
  const more = events.length - MOST_EVENTS;
  return [
    ...events
      .slice(0, MOST_EVENTS)
      .flatMap(({ type, end, trace }, index): Paint[] => [
        ["        ", faint(`event ${index + 1} (${type}) ended as `), strong(plain(end))],
        ...decisionLines(trace, width - 8).map((line): Paint => ["        ", line]),
      ]),
    ...(more > 0 ? [faint(`        and ${plural(more, "event")} more`)] : []),
  ];
}
