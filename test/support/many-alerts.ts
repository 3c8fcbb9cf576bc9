// A projection with very many alerts in it, made inside SQLite: what a search is measured on. A million rows take some seconds.
import { SEVERITIES, STATUSES } from "../../src/alert.ts";

/** What there is of them. */
export interface ManyAlerts {
  count: number;
  /** When the newest one came, Unix ms; the others lie evenly behind it. */
  until: number;
  /** Over how many days; 30. */
  days?: number;
  /**
   * With a rule, a summary and detail, as a SIEM tells them: a row then needs more than its own page of the file, and a million of them take
   * 4.7 GB and minutes. Without, they are as short as an NDR's: 1.5 GB.
   */
  full?: boolean;
}

/** One of them that a search can look for. */
export interface Needle {
  /** Its host, which no other alert has. */
  host: string;
  address: string;
}

const ROUTES: readonly (readonly [route: string, source: string])[] = [
  ["sekoia-prod", "sekoia"],
  ["sekoia-lab", "sekoia"],
  ["ndr", "ntopng"],
  ["endpoints", "velociraptor"],
  ["cloud", "securityhub"],
];
const KINDS: readonly (readonly [rule: string, title: string, category: string])[] = [
  ["Office child process", "Encoded PowerShell launched by Office", "intrusion"],
  ["Impossible travel", "Sign-in from two countries within an hour", "identity"],
  ["Port scan", "Horizontal scan of the server network", "network"],
  ["Known bad domain", "Look-up of a domain on the block list", "network"],
  ["New local administrator", "An account became a local administrator", "privilege"],
  ["Canary touched", "A file that nobody needs was opened", "intrusion"],
  ["Backup deleted", "Shadow copies were deleted", "ransomware"],
];
const ROWS_OF_A_STATEMENT = 50_000;

/** What the n-th alert has and no other one; the oldest is 0. */
export const needle = (number: number): Needle => ({
  host: `ws-${String(number).padStart(7, "0")}`,
  address: `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`,
});

/** Writes them. One in a hundred is critical; one in ten thousand is of the route `cloud`, critical and resolved. */
export async function fillAlerts(db: D1Database, { count, until, days = 30, full = false }: ManyAlerts): Promise<void> {
  const step = (days * 86_400_000) / count;
  const statement = db.prepare(insert(full));
  for (let from = 0; from < count; from += ROWS_OF_A_STATEMENT)
    await statement.bind(from, Math.min(count, from + ROWS_OF_A_STATEMENT), until - (count - 1) * step, step).run();
}

/** The n-th of some texts. */
const pick = (texts: readonly string[], number: string): string =>
  `CASE ${number} ${texts.map((text, index) => `WHEN ${index} THEN '${text}'`).join(" ")} END`;

/** An alert as JSON: `[[name]]` is a column as text, `{{name}}` one as a number. No text here needs an escape. */
const jsonOf = (alert: object): string =>
  `'${JSON.stringify(alert)
    .replace(/"\{\{(\w+)\}\}"/g, "' || $1 || '")
    .replace(/\[\[(\w+)\]\]/g, "' || $1 || '")}'`;

const SHORT = {
  id: "[[id]]",
  key: "[[hash]]",
  version: 1,
  source: "[[source]]",
  route: "[[route]]",
  title: "[[title]]",
  summary: "",
  severity: "[[word]]",
  severity_id: "{{severity}}",
  severity_label: "[[word]]",
  status: "[[status]]",
  status_label: "[[status]]",
  category: "[[category]]",
  type: "",
  assets: [{ name: "[[host]]", ip: "[[ip]]" }],
  observables: [{ name: "ip", type: "ip", value: "[[remote]]" }],
  attacks: [],
  tags: [],
  count: 1,
  first_seen: "[[at]]",
  last_seen: "[[at]]",
  created_at: "[[at]]",
  updated_at: "[[at]]",
  data: {},
  enriched: true,
  change: { kind: "opened", fields: {}, added: {}, removed: {} },
};
const FULL = {
  ...SHORT,
  summary: "[[summary]]",
  rule: { name: "[[rule]]" },
  observables: [...SHORT.observables, { name: "user.name", type: "user", value: "[[login]]" }],
  attacks: [{ tactic: "Execution", technique: "T1059.001", name: "PowerShell" }],
  tags: ["[[site]]"],
  data: { confidence: 85, sensor: "[[site]]", command_line: "powershell.exe -NoProfile -enc SQBFAFgA" },
};

// Rows come in the order of the key, which is what makes it fast. Severities go by the last digits of the number.
const insert = (full: boolean): string => `
WITH RECURSIVE n(i) AS (SELECT CAST(?1 AS INTEGER) UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?2),
plain AS (
  SELECT i, strftime('%Y-%m-%dT%H:%M:%fZ', (?3 + i * ?4) / 1000.0, 'unixepoch') AS at,
    CASE WHEN i % 10000 = 17 THEN 4 ELSE i % 4 END AS r, (i * 7 / 3) % 7 AS k,
    CASE WHEN i % 100 = 17 THEN 5 WHEN i % 10 < 2 THEN 4 WHEN i % 10 < 5 THEN 3 WHEN i % 10 < 8 THEN 2 ELSE 1 END AS severity,
    printf('ws-%07d', i) AS host, printf('10.%d.%d.%d', (i >> 16) & 255, (i >> 8) & 255, i & 255) AS ip,
    '203.0.113.' || (i % 254 + 1) AS remote, 'user' || (i % 4000) AS login, 'site-' || (i % 40) AS site,
    printf('%08x%016x', (i * 2654435761) % 4294967296, i) AS hash
  FROM n),
named AS (
  SELECT *, ${pick(
    ROUTES.map(([route]) => route),
    "r",
  )} AS route, ${pick(
    ROUTES.map(([, source]) => source),
    "r",
  )} AS source,
    ${pick(
      KINDS.map(([rule]) => rule),
      "k",
    )} AS rule, ${pick(
      KINDS.map(([, title]) => title),
      "k",
    )} AS title,
    ${pick(
      KINDS.map(([, , category]) => category),
      "k",
    )} AS category,
    ${pick(SEVERITIES, "severity - 1")} AS word, ${pick(STATUSES, "CASE i % 5 WHEN 0 THEN 0 WHEN 1 THEN 1 ELSE 3 END")} AS status
  FROM plain),
told AS (SELECT *, route || '.' || hash AS id, title || ' on ' || host || ': ' || login || ' from ' || remote || ', ' || site AS summary FROM named)
INSERT INTO alerts (created_at, id, route, source, version, severity_id, status, title, alert, words, copies)
SELECT at, id, route, source, 1, severity, status, title, ${jsonOf(full ? FULL : SHORT)},
  lower(id || ' ' || title || ' ' || ${full ? "rule || ' ' || summary || ' ' || " : ""}host || ' ' || ip || ' ' || remote || ' ' || site), 0
FROM told`;
