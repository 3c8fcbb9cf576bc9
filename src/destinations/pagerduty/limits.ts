// What PagerDuty's Events API v2 accepts in one event.

/** In characters: https://developer.pagerduty.com/docs/send-alert-event (Parameters) */
export const MAX_SUMMARY = 1_024;
export const MAX_DEDUP_KEY = 255;

/** Of a whole event: https://developer.pagerduty.com/docs/events-api-v2-overview (Size Limits). Ours leaves room for the key. */
export const MAX_EVENT_BYTES = 500_000;

/** Ours: names of hosts, groups and classes have no documented limit. */
export const MAX_NAME = 255;

/**
 * About 120 events in any 60 seconds for each integration key: https://developer.pagerduty.com/docs/events-api-rate-limits.
 * The burst and a minute of the pace together stay within it.
 */
export const PACE = { perSecond: 1.5, burst: 30 };

/** PagerDuty names no delay with a 429 and suggests tries that are 30 seconds apart (same page). */
export const LIMITED_MS = 30_000;

/** Where events go: https://support.pagerduty.com/main/docs/service-regions tells the European one. */
export const DEFAULT_API = "https://events.pagerduty.com";
