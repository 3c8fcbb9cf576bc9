// Bounds of an alert in DFIR-IRIS. Its texts have no limit of their own (columns of the type Text, iris-web models/alerts.py).

/** Ours. IRIS answers with the whole alert and its history, of which we read 64 KiB. */
export const MAX_BODY_BYTES = 24_000;
/** Of that, for what the source told (`alert_source_content`). */
export const MAX_CONTENT_BYTES = 12_000;
export const MAX_TITLE = 300;
/** IRIS makes an entry of each tag it sees in a table that all its users are offered. */
export const MAX_TAGS = 10;
export const MAX_TAG = 60;
/** Rows of each alert that IRIS relates to other alerts and cases. */
export const MAX_IOCS = 30;
export const MAX_ASSETS = 30;

/** Ours: IRIS has no limit of its own, and each alert is a few transactions in it. */
export const PACE = { perSecond: 2, burst: 10 };

/** The rows of a fresh instance: create_safe_severities and create_safe_alert_status in iris-web source/app/post_init.py. */
export const SEVERITY_IDS = { info: 2, low: 3, medium: 4, high: 5, critical: 6 } as const;
export const STATUS_IDS = { new: 2, in_progress: 4, suppressed: 6, resolved: 6 } as const;
