// What Teams accepts by way of a Workflows webhook.

/**
 * UTF-8 bytes of the whole body. The documented 28 KB are measured after Teams has repacked the card: a request of 24,453
 * bytes was refused as 28,897 (https://github.com/MicrosoftDocs/msteams-docs/issues/11274), and the refusal is seen only in
 * the flow's history, so we stay well below.
 */
export const MAX_BODY_BYTES = 20_000;
/** Facts of a FactSet that a phone shows without scrolling. */
export const MAX_FACTS = 10;
/** Later versions render tables and code blocks, but not on every client: https://learn.microsoft.com/adaptive-cards */
export const CARD_VERSION = "1.4";

/**
 * Teams throttled webhooks at more than 4 requests a second
 * (https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using#rate-limiting-for-connectors);
 * flows have daily quotas besides, which differ by licence.
 */
export const PACE = { perSecond: 1, burst: 4 };
