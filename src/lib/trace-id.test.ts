import { expect, test } from "vitest";
import { traceIdOf, traceParent } from "./trace-id.ts";

const ID = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT = "00f067aa0ba902b7";

test.each([`00-${ID}-${PARENT}-01`, `00-${ID}-${PARENT}-00`, ` 00-${ID}-${PARENT}-01 `, `01-${ID}-${PARENT}-01-what-comes-later`])(
  "the id of %s goes on",
  (header) => expect(traceIdOf(header)).toBe(ID),
);

test.each([
  null,
  "",
  "no trace",
  ID,
  `00-${ID.toUpperCase()}-${PARENT}-01`,
  `00-${ID.slice(1)}-${PARENT}-01`,
  `00-${"0".repeat(32)}-${PARENT}-01`,
  `00-${ID}-${"0".repeat(16)}-01`,
  `ff-${ID}-${PARENT}-01`,
  `00-${ID}-${PARENT}-01-more`,
  `00-${ID}-${PARENT}-1`,
])("%s is no trace: there is a fresh one", (header) => {
  const made = traceIdOf(header);
  expect(made).toMatch(/^[0-9a-f]{32}$/);
  expect(made).not.toBe(ID);
  expect(traceIdOf(header)).not.toBe(made);
});

test("what is handed on is valid, and each time a step of its own", () => {
  const [first, second] = [traceParent(ID), traceParent(ID)];
  expect(traceIdOf(first)).toBe(ID);
  expect(first).not.toBe(second);
});
