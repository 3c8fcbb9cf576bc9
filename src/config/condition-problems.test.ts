import { expect, it } from "vitest";
import { conditionProblems } from "./condition-problems.ts";

const LISTS = { vips: ["db-1"], internal: ["10.0.0.0/8", "2001:db8::1"], mixed: ["10.0.0.0/8", "10.0.0.0/33"] };

it.each<[unknown, string[]]>([
  ["alert.severity_id >= HIGH", []],
  ["hasAsset(lists.vips) && inCidr(alert.data.ip, lists.internal)", []],
  ["alert.title in lists.mixed", []],
  ["hasAsset(lists.vip)", ["there is no list vip; did you mean lists.vips? (column 15 of the condition)"]],
  ["alert.titel == ''", ["alert has no field titel; did you mean title? (column 6 of the condition)"]],
  ["inCidr(alert.data.ip, lists.mixed)", ["asks inCidr() of lists.mixed, whose member 2 is no network"]],
  [7, []],
])("%j: %j", (text, messages) => {
  expect(conditionProblems(text, ["when"], LISTS).map(({ message }) => message)).toEqual(messages);
});
