// One alert of Grafana as a patch of ours: what labels and annotations tell, and what only Grafana adds.
import type { AlertPatch, Json } from "../../alert.ts";
import { type LabelledAlert, labelledPatch } from "../labelled.ts";
import { pageLink } from "../link.ts";
import { asLine, asObject, asText, compact, type JsonObject } from "../read.ts";
import type { ParseContext } from "../source.ts";

/**
 * Alerts that Grafana raises about a rule which it could not evaluate; they bear the labels of the rule, and its name as `rulename`
 * (grafana/grafana, pkg/services/ngalert/schedule/compat.go, later state/compat.go).
 */
const UNEVALUATED: ReadonlyMap<string, { type: string; says: string }> = new Map([
  ["DatasourceNoData", { type: "no_data", says: "No data" }],
  ["DatasourceError", { type: "error", says: "Cannot be evaluated" }],
]);

/** Labels that Grafana adds for itself and that no reader needs as tags; they stay in `data.labels`. */
const ITS_OWN = /^(?:grafana_folder|rulename|ref_id|datasource_uid)=/;

/** Everything that one alert of a notification tells. */
export function alertPatch(alert: LabelledAlert, body: JsonObject, context: ParseContext<unknown>): AlertPatch {
  const told = labelledPatch(alert, context.severityMap);
  const { entry, labels, annotations } = alert;
  const page = (value: unknown) => pageLink(asText(value), asText(body.externalURL), context.console);
  const unevaluated = UNEVALUATED.get(labels.get("alertname") ?? "");
  const ruleName = unevaluated === undefined ? told.rule?.name : (asLine(labels.get("rulename")) ?? told.rule?.name);
  const reason = asLine(annotations.get("grafana_state_reason"));
  const error = asText(annotations.get("Error") ?? annotations.get("error"));
  const links = linksOf(entry, page);
  const url = links.panel ?? links.dashboard ?? page(alert.generatorUrl);
  return compact<AlertPatch>({
    ...told,
    title: unevaluated === undefined ? told.title : (asLine(`${unevaluated.says}: ${ruleName ?? told.title}`) ?? told.title),
    summary: error === undefined ? told.summary : [error, told.summary].filter(Boolean).join("\n"),
    // `resolved` alone would say that all is well, where the series or the rule is only gone.
    status_label: reason === undefined ? told.status_label : (asLine(`${told.status_label} (${reason})`) ?? told.status_label),
    type: unevaluated?.type,
    category: asLine(labels.get("grafana_folder")),
    rule: ruleName === undefined ? undefined : compact({ name: ruleName, url: page(alert.generatorUrl) }),
    tags: (told.tags ?? []).filter((tag) => !ITS_OWN.test(tag)),
    url,
    data: { ...measured(entry), ...told.data, ...besides(links, url), ...origin(body) },
  });
}

type Links = { silence?: string; dashboard?: string; panel?: string; image?: string };

function linksOf(entry: JsonObject, page: (value: unknown) => string | undefined): Links {
  return compact<Links>({
    silence: page(entry.silenceURL),
    dashboard: page(entry.dashboardURL),
    panel: page(entry.panelURL),
    image: page(entry.imageURL),
  });
}

/** The links that are not the alert's own already. */
const besides = (links: Links, url: string | undefined): Record<string, Json> =>
  Object.fromEntries(Object.entries(links).filter(([, link]) => link !== url));

const origin = (body: JsonObject): Record<string, Json> =>
  compact({ receiver: asLine(body.receiver), organisation: asLine(body.orgId) }) as Record<string, Json>;

/** What was measured: the values by the names that the rule gives them, else Grafana's own text. */
function measured(entry: JsonObject): Record<string, Json> {
  const values = Object.entries(asObject(entry.values)).flatMap(([name, value]) => (typeof value === "number" ? [`${name}=${value}`] : []));
  const text = asLine(values.join(", ")) ?? asLine(entry.valueString);
  return text === undefined ? {} : { values: text };
}
