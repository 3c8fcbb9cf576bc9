// Where an alert can be looked at: in Alertmanager's own interface, or where Prometheus draws its expression.
import type { LabelledAlert } from "../labelled.ts";
import { consoleLink, secureLink } from "../link.ts";

/** More labels than tell one alert from the others make an address that no chat shows. */
const mostLabels = 12;
const longestLabel = 100;

/**
 * The alert in Alertmanager, where it can be silenced: at the route's `console`, else where the payload says that Alertmanager is.
 * Failing that, the expression in Prometheus. From the payload https alone.
 */
export function alertUrl(alert: LabelledAlert, externalUrl: string | undefined, console: string | undefined): string | undefined {
  const page = `/#/alerts?silenced=false&inhibited=false&active=true&filter=${encodeURIComponent(filterOf(alert))}`;
  if (console !== undefined) return consoleLink(console, page);
  const own = secureLink(externalUrl);
  return own === undefined ? secureLink(alert.generatorUrl) : consoleLink(own, page);
}

/** The interface's filter: matchers as in PromQL. */
function filterOf({ labels }: LabelledAlert): string {
  const fitting = [...labels].filter(([name, value]) => /^[a-zA-Z_]\w*$/.test(name) && value.length <= longestLabel);
  // The name first, so that it is not the one that is left out.
  fitting.sort(([left], [right]) => Number(right === "alertname") - Number(left === "alertname") || (left < right ? -1 : 1));
  return `{${fitting
    .slice(0, mostLabels)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(",")}}`;
}
