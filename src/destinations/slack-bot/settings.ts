// The settings of a bot: what Slack gives people to copy, and what to write instead when it is the wrong thing.
import * as z from "zod";
import { formedSecret } from "../../config/secret.ts";
import { addressProblem, hostIs } from "../address.ts";

/** Where Slack's Web API is. */
export const SLACK_API = "https://slack.com/api";

/** What is wrong with a token, in a sentence that does not hold it; undefined when nothing is. */
export function tokenProblem(token: string): string | undefined {
  if (/\s/.test(token)) return "the token has a space or line break in it";
  if (/^https?:/i.test(token)) return 'this is an address, not a token: for an incoming webhook use type = "slack"';
  if (token.startsWith("xapp-")) return "this is an app-level token: copy the Bot User OAuth Token (xoxb-...) under OAuth & Permissions";
  if (token.startsWith("xoxe-")) return "this is a refresh token: switch token rotation off, and copy the Bot User OAuth Token (xoxb-...)";
  if (/^[0-9a-f]{32}$/.test(token))
    return "this is the app's signing secret: copy the Bot User OAuth Token (xoxb-...) under OAuth & Permissions";
  if (!/^[\x21-\x7e]+$/.test(token)) return "the token has a character in it that no token has";
  return undefined;
}

/** What is wrong with the base address of the Web API; undefined when nothing is. The address is no secret, but the token travels to it. */
export const apiProblem = (text: string): string | undefined => addressProblem(text, check);

function check(url: URL): string | undefined {
  if (hostIs(url, "hooks.slack.com", "hooks.slack-gov.com")) return 'this is the address of a webhook: use type = "slack" with url';
  if (url.search !== "" || url.hash !== "")
    return "leave out what stands behind ? or #: it is the address that the methods' names are added to";
  if (hostIs(url, "slack.com", "slack-gov.com") && !/^\/api\/?$/.test(url.pathname)) return `write ${SLACK_API}, without a method's name`;
  if (url.protocol === "http:" && !isThisMachine(url))
    return "the token must not travel in the clear: the address has to begin with https://";
  return undefined;
}

const isThisMachine = ({ hostname }: URL): boolean =>
  hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);

const api = z.string().check((context) => {
  const message = apiProblem(context.value);
  if (message !== undefined) context.issues.push({ code: "custom", message, input: context.value });
});

const channel = z.string().check((context) => {
  const message = channelProblem(context.value);
  if (message !== undefined) context.issues.push({ code: "custom", message, input: context.value });
});

// Names have up to 80 characters and neither capitals, spaces nor full stops; ids have capitals and digits only.
function channelProblem(text: string): string | undefined {
  if (/^https?:/i.test(text))
    return "this is a link: write the channel's id, the part that begins with C (or G), or its name, such as #soc";
  if (text.startsWith("@")) return "a person's name does not work: write the member id (U...) from their profile, or a channel";
  if (/^[CGDUW][A-Z0-9]{5,}$/.test(text)) return undefined;
  return /^#?[^\s#@.,:;<>|/\\A-Z]{1,80}$/u.test(text)
    ? undefined
    : "must be the channel's id, such as C0123456789, or its name, such as #soc";
}

/** The settings as they stand in the configuration. */
export const settings = z.strictObject({ token: formedSecret(tokenProblem), channel, api: api.default(SLACK_API) });
export type Settings = z.infer<typeof settings>;
