// What Telegram accepts in one message, and how fast.

/** UTF-16 units "after entities parsing": https://core.telegram.org/bots/api#sendmessage */
export const MAX_TEXT = 4_096;

/**
 * Formatted parts of a text; Telegram leaves out those beyond it without a word, and would then link what they held:
 * https://github.com/tdlib/td/blob/master/td/telegram/MessageEntity.cpp (get_input_message_entities)
 */
export const MAX_ENTITIES = 100;

/**
 * 20 messages a minute in a group, edits included; a bot that asks for more is told to wait longer and longer. Two at once and
 * 18 a minute are at most 20 in any minute: https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
 */
export const GROUP_PACE = { perSecond: 0.3, burst: 2 };
/** One a second in any other chat, "short bursts" allowed: same page. */
export const PRIVATE_PACE = { perSecond: 1, burst: 3 };
/** "No more than 30 messages per second or so" for all chats of a bot: same page. */
export const BOT_PACE = { perSecond: 25, burst: 5 };

/** Supergroups and channels have ids below this, groups of the old kind ids between it and 0. */
export const SUPERGROUPS_BELOW = -1_000_000_000_000;
