// Addresses of chats and hooks: secrets that are checked twice, when the configuration is read and, for `secret:NAME`,
// when the value is known. The checks refuse what is known to be wrong; any other host is a proxy, a government cloud or a test.
import { checkedValue, formedSecret } from "../config/secret.ts";
import { isBelow } from "../lib/network.ts";

/** Says what is wrong with an address and what to do instead, or undefined. The sentence never holds the address. */
export type AddressCheck = (url: URL) => string | undefined;

/** Schema of an address: `secret:NAME`, or the address itself, which has to pass the check. */
export const address = ({ check }: { check?: AddressCheck } = {}) => formedSecret((text) => addressProblem(text, check));

/** What is wrong with an address, in a sentence that does not hold it; undefined when nothing is. */
export function addressProblem(text: string, check?: AddressCheck): string | undefined {
  if (/\s/.test(text)) return "the address has a space or line break in it";
  if (!URL.canParse(text)) return "this is not an address: it has to begin with https://";
  const url = new URL(text);
  if (url.protocol !== "https:" && url.protocol !== "http:") return "the address has to begin with https://";
  if (url.username !== "" || url.password !== "") return "the address has a user name or password in it: leave them out";
  return check?.(url);
}

/** The address, byte for byte, once it passed the check; throws with the sentence (never with the address) when it does not. */
export const checkedAddress = (text: string, check?: AddressCheck): string =>
  checkedValue("url", text, (value) => addressProblem(value, check));

/** Whether the host is one of these or below one of them. */
export const hostIs = (url: URL, ...hosts: string[]): boolean => isBelow(url.hostname, hosts);

// Addresses that belong to another kind of destination: the answers would make no sense here.
const KINDS: { type: string; label: string; hosts: string[] }[] = [
  { type: "slack", label: "Slack", hosts: ["hooks.slack.com", "hooks.slack-gov.com"] },
  { type: "discord", label: "Discord", hosts: ["discord.com", "discordapp.com"] },
  {
    type: "teams",
    label: "Microsoft Teams",
    hosts: ["logic.azure.com", "api.powerplatform.com", "webhook.office.com", "outlook.office.com"],
  },
  { type: "telegram", label: "Telegram", hosts: ["api.telegram.org", "t.me"] },
  { type: "googlechat", label: "Google Chat", hosts: ["chat.googleapis.com"] },
  { type: "pagerduty", label: "PagerDuty", hosts: ["events.pagerduty.com", "events.eu.pagerduty.com"] },
  { type: "ntfy", label: "ntfy", hosts: ["ntfy.sh"] },
];

/** Refuses the address of another kind of chat, naming the `type` to use. */
export function otherKind(url: URL, own: string): string | undefined {
  const kind = KINDS.find(({ type, hosts }) => type !== own && hostIs(url, ...hosts));
  return kind && `this is an address of ${kind.label}: use type = "${kind.type}"`;
}
