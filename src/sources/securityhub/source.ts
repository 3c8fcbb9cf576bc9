// AWS Security Hub, and GuardDuty beside it: findings that a rule of EventBridge publishes on an Amazon SNS topic. See
// README.md in this folder.
import { type SnsSettings, snsSettings } from "../envelopes/sns/settings.ts";
import { verifySns } from "../envelopes/sns/verify.ts";
import { defineSource } from "../source.ts";
import { parse } from "./parse.ts";

/** The adapter of Security Hub. Amazon's signature proves the sender; a finding tells all that there is to tell. */
export default defineSource<SnsSettings>({
  type: "securityhub",
  label: "AWS Security Hub",
  settings: snsSettings,
  example: { topic_arns: ["arn:aws:sns:eu-central-1:123456789012:security-findings"] },
  // Whoever may leave the envelope out need not sign.
  proof: ({ allow_raw: raw }) => (raw ? "path" : "signature"),
  verify: verifySns,
  parse,
});
