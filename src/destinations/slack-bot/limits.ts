// How fast a bot may post and edit. What a message may hold is the same as for a webhook: ../slack/limits.ts.

/**
 * A channel takes one message a second, short bursts allowed; edits are "tier 3", 50 a minute. A living message is mostly edits, so
 * this stays below both: https://docs.slack.dev/apis/web-api/rate-limits
 */
export const PACE = { perSecond: 0.8, burst: 3 };

/**
 * All channels of one token together. Slack has a limit for the whole workspace and does not publish it, other than as several
 * hundred messages a minute: https://docs.slack.dev/reference/methods/chat.postMessage
 */
export const WORKSPACE_PACE = { perSecond: 3, burst: 10 };

/** Wait when the workspace's people and apps together have sent too much; Slack names no delay. */
export const WORKSPACE_FULL_MS = 60_000;

/** Wait while the workspace is moved into an organisation: https://docs.slack.dev/reference/methods/chat.postMessage#errors */
export const MIGRATION_MS = 5 * 60_000;
