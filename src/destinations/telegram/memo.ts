// A group that grows, or is given certain settings, becomes a supergroup with another id. Telegram tells the new one once asked
// for the old: https://core.telegram.org/bots/api#responseparameters
import { jsonMember } from "../answers.ts";
import { SUPERGROUPS_BELOW } from "./limits.ts";

/** What is remembered of a move. */
export const memoOf = (chatId: number): string => JSON.stringify({ chatId });

/**
 * The chat to write to: the configured one, or what it became. Only groups of the old kind ever move, so that a memo says nothing
 * about a chat that was configured since.
 */
export function currentChat(configured: number | string, memo: string | undefined): number | string {
  const id = Number(configured);
  const movedTo = jsonMember(memo ?? "", "chatId");
  return id < 0 && id > SUPERGROUPS_BELOW && typeof movedTo === "number" ? movedTo : configured;
}
