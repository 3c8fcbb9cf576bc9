// Every operation of the API, called so that it says what it can.
import type { Visits } from "./visits.ts";

/** What there is to ask about. */
export interface Examples {
  alert: string;
  /** Of a delivery that is dead. */
  delivery: string;
}

interface Items {
  items: { id: string }[];
}

const TOML = { "content-type": "application/toml" };
const BOX = '[destinations.box]\ntype = "inbox"\n';

/** Files with a plain secret in them that cannot be read, or are wrong beside it: what is said of them may quote nothing. */
export const wrongFiles = (plain: string, path: string): string[] => [
  `${BOX}url = "${plain}`,
  `[destinations.soc]\ntype = "slack"\nurl = "https://hooks.slack.com/services/${plain}"\n`,
  `[destinations.soc]\ntype = "slack"\nurl = "${plain}"\nulr = "${plain}"\n`,
  `[destinations.soc]\ntype = "${plain}"\n`,
  `[destinations.soc]\ntype = "telegram"\ntoken = "${plain}"\nchat_id = 7\n`,
  `[destinations.soc]\ntype = "pagerduty"\nrouting_key = ["${plain}"]\n`,
  `[routes.a]\nid = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11"\nsource = "sekoia"\ntoken = { plain = "${plain}" }\n`,
  `[routes.a]\nid = "${path}0"\nsource = "ntopng"\nauth = { type = "header", name = "x", value = 7 }\n`,
];

/** How each operation is called, by its id in the description. */
export function operations(visits: Visits, { alert, delivery }: Examples): Record<string, () => Promise<unknown>> {
  const { canaries, world } = visits;
  const sample = world.posts.find(({ route, status }) => route === "probe" && status === 202)?.body ?? "";
  const get = (path: string) => visits.get(path);
  const configuration = (path: string) => visits.get(path, { paths: true });
  const post = (path: string, body?: unknown) => visits.post(path, body);
  const allOf = async (path: string): Promise<void> => {
    for (let cursor: string | null = ""; cursor !== null; ) {
      const after: string = cursor === "" ? "" : `${path.includes("?") ? "&" : "?"}cursor=${encodeURIComponent(cursor)}`;
      cursor = (await visits.json<{ next: string | null }>(`${path}${after}`)).next;
    }
  };
  const refusedConfigs = async (path: string, body: object): Promise<void> => {
    for (const config of wrongFiles(canaries.secret("a plain secret"), canaries.path("an id that is wrong"))) {
      const { status, text } = await visits.call("POST", path, { body: JSON.stringify({ ...body, config }) });
      if (status < 400 || status >= 500) throw new Error(`${path} took ${config}: ${text}`);
    }
  };
  return {
    searchAlerts: () => allOf("/api/alerts?limit=200"),
    getAlert: async () => {
      const { items } = await visits.json<Items>("/api/alerts?limit=200");
      for (const { id } of items) await get(`/api/alerts/${id}?payloads=true`);
    },
    getMessages: async () => {
      const { items } = await visits.json<Items>("/api/alerts?limit=200");
      for (const { id } of items) await get(`/api/alerts/${id}/messages`);
    },
    setStatus: () => post(`/api/alerts/${alert}/status`, { status: "in_progress", comment: "a look" }),
    listDeliveries: () => allOf("/api/deliveries?limit=200"),
    countDead: () => get("/api/deliveries/dead"),
    getDelivery: () => get(`/api/deliveries/${delivery}`),
    replayDelivery: () => post(`/api/deliveries/${delivery}/replay`),
    replayDeliveries: () => post("/api/deliveries/replay", { destination: "webhook-refuses" }),
    getBooks: () => get("/api/books"),
    getHealth: () => get("/api/health"),
    getSeries: () => get("/api/series?span=24h"),
    getSettings: () => get("/api/settings"),
    getUsage: () => get("/api/usage"),
    countRefused: () => get("/api/log/refused"),
    readLog: () => allOf("/api/log?limit=200"),
    listInbox: () => allOf("/api/inbox?limit=200"),
    listRoutes: async () => {
      await get("/api/routes");
      await configuration("/api/routes?reveal=true");
    },
    listDestinations: () => get("/api/destinations"),
    previewDestination: async () => {
      for (const { name } of world.destinations) await get(`/api/destinations/${name}/preview`);
    },
    listEnrichers: () => get("/api/enrichers"),
    tryPayload: () => post("/api/routes/probe/try", { payload: JSON.parse(sample) }),
    testRoute: async () => {
      await post("/api/routes/probe/test?dry_run=true");
      await post("/api/routes/hunt/test?dry_run=true", { severity: "critical" });
    },
    testDestination: async () => {
      for (const { name } of world.destinations) await post(`/api/destinations/${name}/test?dry_run=true`);
      // What fails passes only when nobody waits any more.
      const definite = world.destinations.filter(({ how, type }) => !["fails", "cuts"].includes(how) || type === "webhook");
      await Promise.all(definite.map(({ name }) => post(`/api/destinations/${name}/test`)));
    },
    examine: () => post("/api/doctor"),
    exportConfiguration: () => configuration("/api/config"),
    configurationSchema: () => get("/api/config/schema"),
    listRevisions: () => get("/api/config/revisions"),
    readRevision: () => configuration("/api/config/revisions/1"),
    rollBack: () => post("/api/config/revisions/1/rollback?dry_run=true"),
    applyConfiguration: async () => {
      const plain = canaries.secret("a plain secret");
      for (const body of wrongFiles(plain, canaries.path("an id that is wrong"))) {
        for (const path of ["/api/config", "/api/config?dry_run=true"]) {
          const { status, text } = await visits.call("PUT", path, { body, headers: TOML });
          if (status < 400 || status >= 500) throw new Error(`${path} took ${body}: ${text}`);
        }
      }
      const body = `${BOX}[destinations.soc]\ntype = "webhook"\nurl = "https://chat.example.com/${plain}"\n`;
      for (const path of ["/api/config", "/api/config?dry_run=true"])
        await visits.call("PUT", path, { body, headers: { ...TOML, "if-match": '"0.0"' } });
    },
    explain: async () => {
      const { items } = await visits.json<Items>("/api/alerts?limit=200");
      for (const { id } of items) await post("/api/explain", { alert: id });
      await post("/api/explain", { alert, config: BOX });
      await refusedConfigs("/api/explain", { alert });
    },
    backtest: async () => {
      for (const config of [BOX, world.config]) await post("/api/backtest", { config, days: 30 });
      await refusedConfigs("/api/backtest", {});
    },
    listTokens: () => get("/api/tokens"),
    makeToken: async () => {
      const body = JSON.stringify({ name: "robot", role: "configure", expires: "1h" });
      // Not kept: this answer is where the token belongs.
      const made = await fetch(`${visits.relay.url}/api/tokens`, {
        method: "POST",
        headers: { authorization: `Bearer ${visits.admin}` },
        body,
      });
      const { token } = (await made.json()) as { token: string };
      canaries.watch("a token that was made", token.slice(token.indexOf("_") + 1));
      await visits.call("GET", "/api/tokens", { token });
    },
    removeToken: () => visits.call("DELETE", "/api/tokens/robot"),
    makeSilence: async () => {
      const body = { when: 'alert.title == "nothing"', until: "1h", owner: "ana", comment: "a look" };
      for (const wrong of [{}, { when: "alert.sttus" }, { routes: ["nowhere"] }, { recur: { zone: "nowhere" } }])
        await visits.call("POST", "/api/silences", { body: JSON.stringify({ ...body, ...wrong }) });
    },
    trySilence: async () => {
      const body = { when: "alert.severity_id >= INFO", until: "1h", owner: "ana", comment: "a look" };
      await post("/api/silences/try", body);
      await visits.call("POST", "/api/silences/try", { body: JSON.stringify({ ...body, when: "alert.sttus" }) });
    },
    getSilence: async () => {
      const { items } = await visits.json<Items>("/api/silences");
      for (const { id } of items) await get(`/api/silences/${id}`);
    },
    listSilences: () => allOf("/api/silences?state=active,upcoming,ended"),
    endSilence: async () => {
      const { items } = await visits.json<Items>("/api/silences");
      for (const { id } of items) await visits.call("DELETE", `/api/silences/${id}`);
    },
    readAudit: async () => {
      await allOf("/api/audit?limit=200");
      await get("/api/audit?format=csv");
    },
    listProjectedObjects: () => get("/api/projection"),
    rebuildProjection: () => post("/api/projection"),
    listBackup: () => get("/api/backup"),
    readBackup: async () => {
      const { objects } = await visits.json<{ objects: string[] }>("/api/backup");
      // The database's part has the configuration.
      for (const name of objects) await visits.get(`/api/backup/${encodeURIComponent(name)}`, { paths: name === "database" });
    },
    restoreObject: () => post(`/api/restore/${encodeURIComponent("outbox:box")}`, { step: "discard" }),
    erase: async () => {
      await post("/api/erase?dry_run=true", { observable: { value: "203.0.113.1" } });
      await post("/api/erase", { alert });
    },
    describe: () => get("/api/openapi.json"),
  };
}

/** The ids of all operations, as the relay describes itself. */
export async function describedOperations(visits: Visits): Promise<string[]> {
  const { paths } = await visits.json<{ paths: Record<string, Record<string, { operationId?: string }>> }>("/api/openapi.json");
  return Object.values(paths).flatMap((methods) => Object.values(methods).flatMap(({ operationId }) => operationId ?? []));
}
