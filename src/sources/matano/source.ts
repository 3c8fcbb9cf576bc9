// Matano: the change stream of its alerts, published on an Amazon SNS topic. See README.md in this folder.
import { type SnsSettings, snsSettings } from "../envelopes/sns/settings.ts";
import { verifySns } from "../envelopes/sns/verify.ts";
import { defineSource } from "../source.ts";
import { parse } from "./parse.ts";

/** The adapter of Matano. Amazon's signature proves the sender; Matano has no API to ask and no console to link to. */
export default defineSource<SnsSettings>({
  type: "matano",
  label: "Matano",
  settings: snsSettings,
  example: { topic_arns: ["arn:aws:sns:us-east-1:012345678910:MatanoAlertingTopic"] },
  // Whoever may leave the envelope out need not sign.
  proof: ({ allow_raw: raw }) => (raw ? "path" : "signature"),
  verify: verifySns,
  parse,
});
