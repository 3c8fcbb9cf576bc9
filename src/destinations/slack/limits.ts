// What Slack accepts in one message, in characters. Block limits:
// https://docs.slack.dev/reference/block-kit/blocks and the doc comments of @slack/types.

/** `header` block. */
export const MAX_HEADER = 150;
/** Text of a `section` block. */
export const MAX_SECTION = 3_000;
/** One of a section's fields, and how many there may be. */
export const MAX_FIELD = 2_000;
export const MAX_FIELDS = 10;
/**
 * All block text together. Slack answers `msg_blocks_too_long` at about 13,200 characters, which it does not document:
 * https://github.com/slackapi/bolt-js/issues/2509
 */
export const MAX_BLOCK_TEXT = 12_000;
/** Top-level `text`, which notifications show: Slack advises 4,000; a phone shows far less. */
export const MAX_TEXT = 400;

/** One message a second and channel, short bursts allowed: https://docs.slack.dev/apis/web-api/rate-limits */
export const PACE = { perSecond: 1, burst: 3 };
