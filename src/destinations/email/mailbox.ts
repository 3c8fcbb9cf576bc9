// Mailboxes as people write them: `soc@example.com` or `SOC <soc@example.com>`. https://www.rfc-editor.org/rfc/rfc5322#section-3.4
import { MAX_ADDRESS, MAX_LOCAL_PART } from "./limits.ts";

/** A mail address, and the name that is shown with it. Neither holds a line break. */
export interface Mailbox {
  name?: string;
  address: string;
}

/** What to write where a mailbox is asked for. */
export const MAILBOX_FORM = 'is no mail address: write "soc@example.com" or "SOC <soc@example.com>"';

// The forms that servers take without extensions: no quoted local part, no address literal, ASCII only.
const LOCAL = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const DOMAIN = /^(?=.{1,253}$)([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;

/** Reads a mailbox, or answers what is wrong with it in words that follow the key's name. */
export function readMailbox(text: string): Mailbox | string {
  if (/\p{Cc}/u.test(text)) return "has a line break or another control character in it";
  const named = /^([^<>]*)<([^<>]*)>$/.exec(text.trim());
  const address = (named?.[2] ?? text).trim();
  const problem = addressProblem(address);
  if (problem !== undefined) return problem;
  const name = (named?.[1] ?? "").trim().replace(/^"(.*)"$/, "$1");
  return name === "" ? { address } : { name, address };
}

function addressProblem(address: string): string | undefined {
  const at = address.lastIndexOf("@");
  if (at <= 0) return MAILBOX_FORM;
  const [local, domain] = [address.slice(0, at), address.slice(at + 1)];
  if (/[,;]|\s/.test(address)) return `${MAILBOX_FORM}, and several of them as a list: ["a@example.com", "b@example.com"]`;
  if (/[^\x20-\x7e]/.test(domain)) return "has a domain with letters beyond a to z: write it in its ASCII form, xn--...";
  if (!LOCAL.test(local) || local.length > MAX_LOCAL_PART || !DOMAIN.test(domain) || address.length > MAX_ADDRESS) return MAILBOX_FORM;
  return undefined;
}

/** The mailboxes of a setting that holds one or a list; throws with the sentence of the first that is none. */
export const mailboxes = (texts: string | readonly string[] = []): Mailbox[] => [texts].flat().map(mailbox);

/** One mailbox; throws with the sentence when it is none. */
export function mailbox(text: string): Mailbox {
  const found = readMailbox(text);
  if (typeof found === "string") throw new Error(`a mail address ${found}`);
  return found;
}

/** The part behind the at sign. */
export const domainOf = ({ address }: Mailbox): string => address.slice(address.lastIndexOf("@") + 1).toLowerCase();
