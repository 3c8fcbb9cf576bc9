// Pages of Wazuh's dashboard. Its address is the route's `console`; the pages are those of 4.8 and newer.
import { consoleLink } from "../link.ts";
import { happenedAt } from "./keys.ts";
import type { WazuhAlert } from "./payload.ts";

/** Threat Hunting's list of events, narrowed to what the alert of ours is: this rule or vulnerability, on this agent, on that day. */
export function pageOf(alert: WazuhAlert, console: string | undefined): string | undefined {
  const { rule, agent, vulnerability } = alert;
  const at = happenedAt(alert);
  if (at === undefined || rule.id === undefined || !/^\d{1,10}$/.test(rule.id)) return undefined;
  const cve = vulnerability?.cve;
  const what = cve !== undefined && /^[\w-]{1,40}$/.test(cve) ? `data.vulnerability.cve:${cve}` : `rule.id:${rule.id}`;
  const query = agent.id !== undefined && /^\d{1,10}$/.test(agent.id) ? `${what} and agent.id:${agent.id}` : what;
  const day = at.iso.slice(0, 10);
  const state = `(filters:!(),query:(language:kuery,query:'${query}'))`;
  const span = `(filters:!(),time:(from:'${day}T00:00:00.000Z',to:'${day}T23:59:59.999Z'))`;
  return consoleLink(console, `/app/threat-hunting#/overview/?tab=general&tabView=events&_a=${encoded(state)}&_g=${encoded(span)}`);
}

// Brackets and quotes as well: chats end a link at them.
const encoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
