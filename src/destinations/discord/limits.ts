// What Discord accepts in one message, in UTF-16 units.
// https://discord.com/developers/docs/resources/message#embed-object-embed-limits

export const MAX_CONTENT = 2_000;
export const MAX_EMBED_TITLE = 256;
export const MAX_DESCRIPTION = 4_096;
export const MAX_FIELD_NAME = 256;
export const MAX_FIELD_VALUE = 1_024;
export const MAX_FIELDS = 25;
export const MAX_FOOTER = 2_048;
export const MAX_AUTHOR = 256;
/** Over all embeds of a message together; the limit is 6,000, and Discord trims before it counts. */
export const MAX_EMBED_SUM = 5_900;
/** Name of a thread in a forum channel: https://discord.com/developers/docs/resources/channel#start-thread-in-forum-or-media-channel */
export const MAX_THREAD_NAME = 100;

/** Posts without a notification: https://discord.com/developers/docs/resources/message#message-object-message-flags */
export const SUPPRESS_NOTIFICATIONS = 4096;
export const SUPPRESS_EMBEDS = 4;

/**
 * A channel takes about 30 messages a minute from webhooks, which no header tells; a webhook 5 in 2 seconds:
 * https://github.com/discord/discord-api-docs/issues/6753. Burst and pace together stay below 30 in any minute.
 */
export const PACE = { perSecond: 0.45, burst: 3 };

/**
 * Wait when the address that we share with strangers is banned; such an answer names no delay:
 * https://github.com/discord/discord-api-docs/issues/5810
 */
export const BANNED_ADDRESS_MS = 15 * 60 * 1000;

/** Wait when a guild has as many open threads as it may have: they close after some time without a message. */
export const FULL_FORUM_MS = 10 * 60 * 1000;

/**
 * Discord asks every client for a name of the form `DiscordBot ($url, $version)` and blocks those without:
 * https://discord.com/developers/docs/reference#user-agent. The address says what runs the relay, since each is its operator's
 * own; the product's name follows, as the form allows.
 */
export const USER_AGENT = "DiscordBot (https://workers.cloudflare.com, 0.1.0) Tocsin";
