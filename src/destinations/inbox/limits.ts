// Bounds of the inbox.

/** Bytes of one message; a row of D1 may hold 2 MB, but a page reads fifty: https://developers.cloudflare.com/d1/platform/limits/ */
export const MAX_MESSAGE_BYTES = 16_000;
/** Ours: one small statement each, on a database that serves configuration and search as well. */
export const PACE = { perSecond: 1_000, burst: 1_000 };
