// What a Mattermost server takes by an incoming webhook. Lengths in Unicode code points ("runes").

/**
 * `text` of one post; a longer one is split over several posts:
 * https://docs.mattermost.com/developers/integrate/webhooks/incoming
 */
export const MAX_TEXT = 16_383;

/**
 * The attachment as JSON. Servers of today take 760,000 and cut what is longer; older ones took 7,600 together with what they add
 * themselves (`PostPropsMaxUserRunes` in server/public/model/post.go), so we stay below that.
 */
export const MAX_ATTACHMENT = 7_000;

/** Of it, for the links together: an address full of ampersands is six times as long there. */
export const MAX_LINKS = 5_000;

/** `footer`: https://docs.mattermost.com/developers/integrate/reference/message-attachments */
export const MAX_FOOTER = 300;

/**
 * The server's own limit is off unless an administrator sets it, and then 10 a second by default. One a second is what people
 * can follow; the burst lets a handful through at once.
 */
export const PACE = { perSecond: 1, burst: 10 };
