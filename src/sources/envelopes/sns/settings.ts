// The settings that every source behind Amazon SNS has.
import * as z from "zod";

const TOPIC_ARN = /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/;

/**
 * `topic_arns`: the topics whose messages are taken, to the letter. Required, because anyone can own a topic: a right
 * signature alone proves that Amazon sent it, not on whose behalf. `allow_raw`: also take bodies without an envelope
 * ("raw message delivery", or a sender that posts directly), which nothing but the address or the route's `auth` proves.
 */
export const snsSettings = z.strictObject({
  topic_arns: z
    .array(z.string().regex(TOPIC_ARN, "the ARN of a standard topic, such as arn:aws:sns:us-east-1:123456789012:alerts"))
    .min(1, "at least one topic: messages of any other are refused"),
  allow_raw: z.boolean().optional(),
});
export type SnsSettings = z.infer<typeof snsSettings>;
