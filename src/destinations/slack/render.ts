// The body of an incoming webhook. It has no thread to answer in: every view is a message of its own.
import type { View } from "../destination.ts";
import { messageOf, plainOf } from "./layout.ts";

/** The message of a view, within Slack's limits. */
export const render = (view: View): string => JSON.stringify(messageOf(view));

/** The plain form: one text, no blocks that could be refused. */
export const plain = (view: View): string => JSON.stringify(plainOf(view));
