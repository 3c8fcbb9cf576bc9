// What an ntfy server takes in one message, in bytes. https://docs.ntfy.sh/publish/#limitations

/** A longer message is shown as a file to download. */
export const MAX_MESSAGE_BYTES = 4_096;
/** Newer servers refuse a longer title, and tags that are longer together. */
export const MAX_TITLE_BYTES = 1_024;
export const MAX_TAGS_BYTES = 512;
/** Buttons of one notification: https://docs.ntfy.sh/publish/#action-buttons */
export const MAX_ACTIONS = 3;
/** A server reads 16,384 bytes of JSON (jsonBodyBytesLimit in its server.go). Ours leaves room for the topic. */
export const MAX_BODY_BYTES = 15_500;

/** 60 requests at once, then one in 5 seconds, for each address or account: https://docs.ntfy.sh/publish/#limitations */
export const PACE = { perSecond: 0.2, burst: 60 };

/** ntfy names no delay with a 429. By its code, the time until there is room again: https://github.com/binwiederhier/ntfy/blob/main/server/errors.go */
export const WAIT_MS: Record<number, number> = {
  /** Too many requests: one more in 5 seconds. */
  42901: 10_000,
  /** Too many topics on the whole server: its owner has to act. */
  42904: 10 * 60_000,
  /** The day's messages are used up. */
  42908: 30 * 60_000,
  /** Too many failed sign-ins from this address. */
  42909: 60_000,
};
