// Bounds of the generic webhook.

/** A payload is to stay under about 20 KB: https://github.com/standard-webhooks/standard-webhooks (Payload size) */
export const MAX_BODY_BYTES = 20_000;
/** Length of a signing key in bytes, by the same specification. */
export const MIN_KEY_BYTES = 24;
export const MAX_KEY_BYTES = 64;
/** Headers of one's own. */
export const MAX_HEADERS = 20;
/** Ours: a receiver that wants less says so with 429 or `rate`. */
export const PACE = { perSecond: 10, burst: 10 };
