// How fields are usually called, best name first. A guess is a name from here whose value looks the part.

/** `hostName`, `Host Name` and `host.name` as `host_name`. */
export const normal = (name: string): string =>
  name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "");

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/** What an alert has once, by the names that fields have; a name may hold its parent: `rule_name`. */
export const SINGLE = {
  title: words(
    "title alert_title event_title alert_name headline subject rule_name detection_name finding_name incident_name name display_name alert summary message signature msg reason",
  ),
  summary: words("description summary details detail message body text explanation reason msg long_description"),
  severity: words(
    "severity severity_label severity_name alert_severity event_severity alert_priority event_priority risk_level level priority urgency criticality threat_level risk sev",
  ),
  status: words("status state alert_status alert_state transition alert_transition lifecycle resolution_state workflow_status"),
  id: words(
    "id alert_id event_id uuid guid incident_id detection_id finding_id _id case_id issue_id uid key fingerprint identifier object_id",
  ),
  time: words(
    "created_at created created_time event_time occurred_at occurred detected_at detection_time triggered_at triggered first_seen started_at start_time starts_at timestamp time date datetime event_timestamp @timestamp ts last_updated updated_at created_on raised_at",
  ),
  updated: words("updated_at updated last_updated last_update modified_at modified last_modified last_seen last_event_time"),
  url: words("url link alert_url alert_link html_url web_url permalink console_url incident_url event_url href external_url details_url"),
  rule: words("rule_name rule detection_name signature signature_name policy_name policy check_name check monitor_name monitor use_case"),
  ruleId: words("rule_id detection_rule_id signature_id policy_id check_id monitor_id rule_uuid"),
  category: words("category alert_category event_category classification class alert_type event_type type kind object_type"),
  tenant: words(
    "tenant tenant_name tenant_id organization organisation org org_name organization_name customer customer_name account_name community",
  ),
  total: words("count event_count occurrences occurrence_count total_events hits num_events number_of_events"),
} as const;
export type SingleRole = keyof typeof SINGLE;

/** Objects whose name, id or state is not the alert's own. */
export const OTHERS = new Set(
  words(
    "host hosts device devices endpoint agent asset assets machine computer server client user users actor account owner assignee assigned_to reporter author sender recipient source src destination dest dst target remote local process file files image rule policy organization organisation org tenant customer group team project repository service sensor monitor connector integration network location geo cloud metadata meta manager cluster node container pod observable observables artifact artifacts indicator indicators ioc iocs",
  ),
);

/** Of those, the ones whose name may still name the alert. */
export const NAMING = new Set(words("rule policy monitor signature detection check"));

/** What is watched or attacked, by the field's own name or by its parent's. */
export const HOST_NAMES = new Set(
  words(
    "host hostname host_name computer computer_name machine machine_name device_name endpoint endpoint_name server_name node nodename node_name instance agent_name fqdn asset_name workstation dvc dvc_host",
  ),
);
export const HOST_PARENTS = new Set(
  words(
    "host hosts device devices endpoint endpoints agent asset assets machine machines computer computers server servers node nodes system",
  ),
);
export const USER_NAMES = new Set(
  words(
    "user username user_name account account_name login actor principal identity upn user_email user_id src_user dest_user user_principal_name email owner_name target_user",
  ),
);
export const USER_PARENTS = new Set(words("user users actor account accounts identity principal"));
export const URL_NAMES = new Set(
  words("url urls uri request_url target_url http_url url_full url_original download_url malicious_url referrer referer"),
);
export const DOMAIN_NAMES = new Set(
  words("domain domains fqdn dns_query query sni hostname dns_name server_name dest_domain registered_domain"),
);
export const HASH_NAMES = new Set(
  words("hash hashes md5 sha1 sha256 sha_256 sha_1 file_hash sha256_hash imphash file_sha256 file_md5 value"),
);
export const FILE_NAMES = new Set(words("file filename file_name file_path filepath path target_file image_path"));
export const PROCESS_NAMES = new Set(
  words("process process_name image executable process_path parent_process parent_process_name parent_image exe"),
);
export const COMMAND_NAMES = new Set(words("command_line commandline cmdline command cmd process_command_line"));
export const TAG_NAMES = new Set(words("tags tag labels keywords categories groups"));

/** Lists whose members are alerts of their own. */
export const LIST_NAMES = new Set(
  words(
    "alerts alert events event items findings records data value values results detections incidents notifications messages signals issues entries hits",
  ),
);

/** Addresses of pages and pictures that say nothing of the alert. */
export const DECORATION =
  /(?:icon|image|avatar|logo|doc|docs|help|runbook|dashboard|snapshot|unsubscribe|silence|generator|feed|schema|picture)/;

const TITLE_NAMES: ReadonlySet<string> = new Set(SINGLE.title);
/** Whether a field may be a title by its name alone. */
export const isTitleName = (name: string): boolean => TITLE_NAMES.has(name);

/** Which side of a connection a field is about. */
export const sideOf = (path: string): string | undefined => {
  const parts = new Set(path.split("_"));
  const has = (...names: string[]): boolean => names.some((name) => parts.has(name));
  if (has("src", "source", "client", "remote", "attacker", "srcip")) return "source";
  if (has("dst", "dest", "destination", "target", "server", "victim", "dstip")) return "destination";
  return undefined;
};
