// What Google Chat takes in one message.

/**
 * Text and cards together, in bytes of UTF-8: the limit is 32,000, and Google does not say what it counts besides the texts, so
 * we stay below. https://developers.google.com/workspace/chat/api/reference/rest/v1/spaces.messages/create
 */
export const MAX_BODY_BYTES = 28_000;
/** `text`, in characters: what people may write themselves, which notifications shorten anyway. */
export const MAX_TEXT = 4_000;

/**
 * A space takes one write a second, which all its apps and webhooks share:
 * https://developers.google.com/workspace/chat/limits
 */
export const PACE = { perSecond: 1, burst: 1 };
