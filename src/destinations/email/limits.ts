// What mail can carry, and how much of it people can use.

/** Of a subject, in characters, as we write it: a phone shows 40, a list of mails about 100. */
export const MAX_SUBJECT = 150;
/** A line of a mail without its end, in bytes: https://www.rfc-editor.org/rfc/rfc5322#section-2.1.1 */
export const MAX_LINE = 998;
/** Recipients of one mail by the `send_email` binding: https://developers.cloudflare.com/email-service/platform/limits/ */
export const MAX_RECIPIENTS = 50;
/** Gmail cuts what it shows at 102 KB: https://github.com/hteumeuleu/email-bugs/issues/41. In bytes of UTF-8. */
export const MAX_HTML = 90_000;
/** The rendered body, both forms of the mail together, in bytes of UTF-8. */
export const MAX_BODY = 120_000;
/** Alerts that a digest lists one by one. */
export const MAX_ROWS = 100;
/** The longest address behind a link of a digest's row; a longer one is left out. */
export const MAX_ROW_LINK = 400;

/** No server states a pace for submission; a mail a second is what small ones bear. */
export const PACE = { perSecond: 1, burst: 5 };

/** A local part and a whole address: https://www.rfc-editor.org/rfc/rfc5321#section-4.5.3.1 */
export const MAX_LOCAL_PART = 64;
export const MAX_ADDRESS = 254;
