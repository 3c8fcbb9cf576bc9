// What a condition can name.
import type { Scope } from "./expression.ts";
import { ALERT, CHANGE, SEVERITY_NUMBERS, type Shape } from "./shape.ts";

/** The variables of a condition. `lists`: the names of those that there are; absent where they are not known. */
export const conditionScope = (lists?: readonly string[]): Scope =>
  new Map<string, Shape>([
    ["alert", ALERT],
    ["change", CHANGE],
    ["now", { kind: "time" }],
    ["lists", { kind: "lists", names: lists }],
    ...Object.keys(SEVERITY_NUMBERS).map((name): [string, Shape] => [name, { kind: "int" }]),
  ]);
