// The audit log.
import { type Endpoint, endpoint } from "../endpoint.ts";
import { auditCsv, auditSearch, readAudit } from "../queries/audit.ts";

/** The endpoints of the audit log. */
export const auditEndpoints: Endpoint[] = [
  endpoint({
    method: "GET",
    path: "/audit",
    operation: "readAudit",
    summary: "Who changed what, newest first",
    query: auditSearch,
    alsoAnswers: ["text/csv"],
    handle: async ({ context, query, headers }) => {
      const asked = query.format ?? (headers.get("accept")?.includes("text/csv") ? "csv" : "json");
      if (asked === "json") return readAudit(context.env.DB, query);
      const file = { "content-type": "text/csv; charset=utf-8", "content-disposition": 'attachment; filename="tocsin-audit.csv"' };
      return new Response(auditCsv(context.env.DB, query), { headers: file });
    },
  }),
];
