// One delivery as a patch of ours: what its kind tells, the repository, the status, the link.
import type { AlertPatch, Asset, Json } from "../../alert.ts";
import { distinctObservables } from "../distinct.ts";
import { asInstant } from "../instant.ts";
import { consoleLink, secureLink } from "../link.ts";
import { asLine, compact, type JsonObject } from "../read.ts";
import type { ParseContext } from "../source.ts";
import { factsOf } from "./facts.ts";
import { familyOf, type Kind } from "./kind.ts";
import type { Delivery } from "./payload.ts";
import { closingComment, statusOf } from "./status.ts";

/** Pages of alerts below a repository, for old deliveries that leave out their link. */
const PAGES: Partial<Record<Kind, string>> = {
  secret_scanning_alert: "secret-scanning",
  secret_scanning_alert_location: "secret-scanning",
  dependabot_alert: "dependabot",
  code_scanning_alert: "code-scanning",
};

/** Everything that a delivery tells. */
export function alertPatch(
  kind: Kind,
  body: JsonObject,
  delivery: Delivery,
  { console, severityMap }: Pick<ParseContext<unknown>, "console" | "severityMap">,
): AlertPatch {
  const { repository, organization, enterprise, alert, sender, action } = delivery;
  const { data, observables, ...facts } = factsOf(kind, body, delivery, severityMap);
  const found = observables === undefined || observables.length === 0 ? undefined : distinctObservables(observables);
  // A new place of a known secret says nothing of where the alert stands.
  const standing = kind === "secret_scanning_alert_location" ? {} : statusOf(delivery);
  const shown = { ...data, repository: repository.full_name, number: alert.number, action, by: sender.login };
  return compact<AlertPatch>({
    ...facts,
    title: asLine(facts.title) ?? "A GitHub alert",
    ...standing,
    category: familyOf(kind)
      .replace(/_alert$/, "")
      .replaceAll("_", " "),
    type: familyOf(kind),
    tenant: organization.login ?? enterprise.slug ?? repository.full_name?.split("/")[0],
    assets:
      repository.full_name === undefined
        ? undefined
        : [compact<Asset>({ name: repository.full_name, type: "repository", id: repository.id })],
    // A place that is new joins the places that are known.
    ...(kind === "secret_scanning_alert_location" ? { add: { observables: found ?? [] } } : { observables: found }),
    first_seen: asInstant(alert.created_at)?.iso,
    url: urlOf(kind, delivery, console),
    data: { ...(compact(shown) as Record<string, Json>), ...closingComment(delivery) },
  });
}

function urlOf(kind: Kind, delivery: Delivery, console: string | undefined): string | undefined {
  const { alert, repository, security_advisory: advisory, repository_advisory: own } = delivery;
  const told = secureLink(alert.html_url ?? own.html_url ?? advisory.html_url);
  const page = PAGES[kind];
  if (told !== undefined || page === undefined || alert.number === undefined) return told;
  const path = `/security/${page}/${encodeURIComponent(alert.number)}`;
  const base = secureLink(repository.html_url);
  if (base !== undefined) return consoleLink(base, path);
  const name = repository.full_name?.split("/").map(encodeURIComponent).join("/");
  return name === undefined ? undefined : consoleLink(console, `/${name}${path}`);
}
