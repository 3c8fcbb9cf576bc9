// A simulated Cloudflare API on this machine, as far as the wrangler of this project calls it for a deploy, its database, its queue
// and its secrets. What is uploaded runs (edge.ts), so that what comes after a deploy can be tried as well. It answers from what it was
// told before, refuses what the real one is known to refuse, and fails loudly for any call that it does not know.
// Node only, on loopback only. CLOUDFLARE_API_BASE_URL leads wrangler here.
import { createHash, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { freePort } from "../free-port.ts";
import { Assets } from "./assets.ts";
import { Edge, type Upload, type UploadedBinding } from "./edge.ts";

/** The account that the token is for. */
export const ACCOUNT = "0123456789abcdef0123456789abcdef";
const TOKEN = "simulated-cloudflare-token";
const SUBDOMAIN = "example";

/** What there is in the account. */
interface Account {
  database?: { uuid: string; name: string };
  queues: { id: string; name: string; consumers: { script: string }[] }[];
  worker?: Upload & { secrets: Map<string, string>; tag: string };
  crons: string[];
  onWorkersDev: boolean;
}

/** The running simulation. */
export interface Cloudflare {
  /** What wrangler's environment has to be, with colours and questions off. */
  env: Record<string, string>;
  /** Where the uploaded Worker is reached; there is no name for it on this machine. */
  workerUrl: string;
  account: Account;
  /** Every call, as `PUT /accounts/.../scripts/tocsin`, without the account. */
  calls: string[];
  /** Calls that it did not know. */
  strange: string[];
  scheduled(): Promise<void>;
  stop(): Promise<void>;
}

interface Call {
  method: string;
  path: string;
  query: URLSearchParams;
  body: Buffer;
  headers: IncomingMessage["headers"];
}
type Answer = { status?: number; result?: unknown; error?: [code: number, message: string]; etag?: string };
type Handler = (call: Call, parts: RegExpExecArray) => Answer | Promise<Answer>;

/** Starts an account in which nothing was deployed yet. */
export async function startCloudflare(): Promise<Cloudflare> {
  // Each upload starts it anew there.
  const port = await freePort();
  const account: Account = { queues: [], crons: [], onWorkersDev: false };
  const database = randomUUID();
  const edge = new Edge(port, database);
  const [calls, strange]: [string[], string[]] = [[], []];
  const routes = routesOf(account, edge, database);
  let origin = "";
  const server = createServer(async (request, response) => {
    const call = await read(request);
    calls.push(`${call.method} ${call.path}`);
    const answer = await answerTo(call, routes, { origin, strange });
    send(response, answer);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  Object.assign(routes, { origin });
  return {
    env: {
      CLOUDFLARE_API_BASE_URL: origin,
      CLOUDFLARE_API_TOKEN: TOKEN,
      CLOUDFLARE_ACCOUNT_ID: ACCOUNT,
      WRANGLER_HIDE_BANNER: "true",
      WRANGLER_SEND_METRICS: "false",
    },
    workerUrl: `http://127.0.0.1:${port}`,
    account,
    calls,
    strange,
    scheduled: () => edge.scheduled(),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      await edge.stop();
    },
  };
}

async function answerTo(
  call: Call,
  routes: [RegExp, Handler][],
  { origin, strange }: { origin: string; strange: string[] },
): Promise<Answer> {
  // Files are sent with tokens of their own.
  if (!/^(\/upload|A\/workers\/assets\/upload)/.test(call.path) && call.headers.authorization !== `Bearer ${TOKEN}`)
    return { status: 403, error: [10000, "Authentication error"] };
  for (const [pattern, handler] of routes) {
    const parts = pattern.exec(`${call.method} ${call.path}`);
    if (parts) return handler({ ...call, headers: { ...call.headers, origin } }, parts);
  }
  strange.push(`${call.method} ${call.path}`);
  return { status: 404, error: [7003, `The simulation does not know ${call.method} ${call.path}`] };
}

/** What it knows, by method and path below the account. */
function routesOf(account: Account, edge: Edge, databaseId: string): [RegExp, Handler][] {
  const uploads = new Map<string, string>();
  const assets = new Assets();
  const missing = (): Answer => ({ status: 404, error: [10007, "This Worker does not exist on your account."] });
  const run = (): Promise<void> => {
    const { worker } = account;
    const secrets: UploadedBinding[] = [...(worker?.secrets ?? [])].map(([name, text]) => ({ name, type: "secret_text", text }));
    const consumed = account.queues.filter(({ consumers }) => consumers.length > 0).map(({ name }) => name);
    return edge.run(worker && { ...worker, bindings: [...worker.bindings, ...secrets] }, consumed);
  };
  const query = async (sql: string): Promise<Answer> => {
    try {
      return { result: await edge.query(sql) };
    } catch (error) {
      return { status: 400, error: [7500, error instanceof Error ? error.message : String(error)] };
    }
  };
  return [
    [/^GET \/user\/tokens\/verify$/, () => ({ result: { id: "token", status: "active" } })],
    [/^GET \/user$/, () => ({ result: { id: "user", email: "ana@example.com" } })],
    [/^GET \/(accounts|memberships)$/, () => ({ result: [{ id: ACCOUNT, name: "Example", account: { id: ACCOUNT, name: "Example" } }] })],
    [/^GET A\/workers\/subdomain$/, () => ({ result: { subdomain: SUBDOMAIN } })],
    // The database
    [/^GET A\/d1\/database$/, () => ({ result: account.database ? [account.database] : [] })],
    [
      /^POST A\/d1\/database$/,
      ({ body }) => {
        if (account.database) return { status: 400, error: [7502, "A database with that name already exists."] };
        account.database = { uuid: databaseId, name: String(jsonOf(body).name) };
        return { result: account.database };
      },
    ],
    [
      /^GET A\/d1\/database\/([^/]+)$/,
      (_, [, name]) =>
        account.database && [account.database.name, account.database.uuid].includes(name ?? "")
          ? { result: account.database }
          : { status: 404, error: [7404, "The database could not be found."] },
    ],
    [/^POST A\/d1\/database\/[^/]+\/query$/, ({ body }) => query(String(jsonOf(body).sql))],
    [
      /^POST A\/d1\/database\/[^/]+\/import$/,
      async ({ body, headers }) => {
        const { action, filename } = jsonOf(body);
        if (action === "init") {
          const name = randomUUID();
          return { result: { success: true, filename: name, upload_url: `${headers.origin}/upload/${name}` } };
        }
        const done = await query(uploads.get(String(filename)) ?? "");
        if (done.error) return { result: { success: false, error: done.error[1] } };
        const meta = { duration: 1, rows_read: 0, rows_written: 0, size_after: 0 };
        return {
          result: {
            success: true,
            type: "import",
            status: "complete",
            messages: [],
            result: { num_queries: 1, final_bookmark: "1", meta },
          },
        };
      },
    ],
    [
      /^PUT \/upload\/(.+)$/,
      ({ body }, [, name]) => {
        uploads.set(name ?? "", body.toString());
        // R2's, by which wrangler sees that all of it came.
        return { etag: createHash("md5").update(body).digest("hex") };
      },
    ],
    // Queues
    [
      /^GET A\/queues$/,
      ({ query: asked }) => {
        const name = asked.get("name");
        return { result: account.queues.filter((queue) => name === null || queue.name === name).map(toldQueue) };
      },
    ],
    [
      /^POST A\/queues$/,
      ({ body }) => {
        const queue = { id: randomUUID(), name: String(jsonOf(body).queue_name), consumers: [] };
        account.queues.push(queue);
        return { result: toldQueue(queue) };
      },
    ],
    [/^GET A\/queues\/([^/]+)\/consumers$/, (_, [, id]) => ({ result: account.queues.find((one) => one.id === id)?.consumers ?? [] })],
    [
      /^POST A\/queues\/([^/]+)\/consumers$/,
      async ({ body }, [, id]) => {
        const queue = account.queues.find((one) => one.id === id);
        queue?.consumers.push({ script: String(jsonOf(body).script_name) });
        await run();
        return { result: { consumer_id: randomUUID() } };
      },
    ],
    [/^(PUT|PATCH) A\/queues\/[^/]+\/consumers\/[^/]+$/, () => ({ result: {} })],
    // The Worker
    [
      /^GET A\/workers\/services\/([^/]+)$/,
      (_, [, name]) =>
        account.worker?.name === name
          ? {
              result: {
                id: name,
                default_environment: {
                  environment: "production",
                  script: { tag: account.worker?.tag, tags: [], last_deployed_from: "wrangler" },
                },
              },
            }
          : { status: 404, error: [10090, "This service does not exist."] },
    ],
    [/^GET A\/workers\/scripts\/[^/]+\/settings$/, () => (account.worker ? { result: { bindings: account.worker.bindings } } : missing())],
    [/^PATCH A\/workers\/scripts\/[^/]+\/script-settings$/, () => ({ result: {} })],
    [
      /^GET A\/workers\/scripts\/[^/]+\/secrets$/,
      () => (account.worker ? { result: [...account.worker.secrets.keys()].map((name) => ({ name, type: "secret_text" })) } : missing()),
    ],
    [
      /^PUT A\/workers\/scripts\/[^/]+\/secrets$/,
      async ({ body }) => {
        const { name, text } = jsonOf(body);
        if (!account.worker) return missing();
        account.worker.secrets.set(String(name), String(text));
        await run();
        return { result: { name, type: "secret_text" } };
      },
    ],
    [
      /^POST A\/workers\/scripts\/[^/]+\/assets-upload-session$/,
      ({ body }) => ({ result: assets.begin(jsonOf(body).manifest as Parameters<Assets["begin"]>[0]) }),
    ],
    [
      /^POST A\/workers\/assets\/upload$/,
      async ({ body, headers }) => {
        const jwt = await assets.take(String(headers.authorization).replace("Bearer ", ""), body, String(headers["content-type"]));
        return jwt === undefined ? { status: 403, error: [10000, "Authentication error"] } : { status: 201, result: { jwt } };
      },
    ],
    [
      /^PUT A\/workers\/scripts\/([^/]+)$/,
      async ({ body, headers }, [, name = ""]) => {
        const upload = await uploadOf(name, body, String(headers["content-type"]), assets);
        if (upload === undefined) return { status: 400, error: [10021, "the token of the assets names files that were not uploaded"] };
        const unknown = upload.bindings.find(
          (one) =>
            (one.type === "queue" && !account.queues.some((queue) => queue.name === one.queue_name)) ||
            (one.type === "d1" && one.id !== databaseId),
        );
        if (unknown) return { status: 400, error: [10021, `binding ${unknown.name} names what does not exist`] };
        const before = new Map(account.worker?.bindings.map((one) => [one.name, one]));
        const secrets = new Map(account.worker?.secrets);
        for (const one of upload.bindings.filter(({ type }) => type === "secret_text")) secrets.set(one.name, one.text ?? "");
        const bindings = upload.bindings
          .filter(({ type }) => type !== "secret_text")
          .flatMap((one) => (one.type === "inherit" ? (before.get(one.name) ?? []) : one));
        account.worker = { ...upload, bindings, secrets, tag: randomUUID() };
        await run();
        return { result: { id: name, etag: randomUUID(), deployment_id: randomUUID().replaceAll("-", ""), startup_time_ms: 20 } };
      },
    ],
    [
      /^PUT A\/workers\/scripts\/[^/]+\/schedules$/,
      ({ body }) => {
        account.crons = (JSON.parse(body.toString()) as { cron: string }[]).map(({ cron }) => cron);
        return { result: { schedules: account.crons.map((cron) => ({ cron })) } };
      },
    ],
    [
      /^GET A\/workers\/workers\/([^/]+)$/,
      (_, [, name]) =>
        account.worker?.name === name
          ? { result: { id: name, name, subdomain: { enabled: account.onWorkersDev, previews_enabled: account.onWorkersDev } } }
          : missing(),
    ],
    [
      /^GET A\/workers\/scripts\/[^/]+\/subdomain$/,
      () => ({ result: { enabled: account.onWorkersDev, previews_enabled: account.onWorkersDev } }),
    ],
    [
      /^POST A\/workers\/scripts\/[^/]+\/subdomain$/,
      () => {
        account.onWorkersDev = true;
        return { result: { enabled: true, previews_enabled: true } };
      },
    ],
    [/^GET A\/workers\/scripts\/[^/]+\/deployments$/, () => (account.worker ? { result: { deployments: [] } } : missing())],
  ];
}

const toldQueue = ({ id, name, consumers }: Account["queues"][number]) => ({
  queue_id: id,
  queue_name: name,
  consumers: consumers.map(({ script }) => ({ consumer_id: id, script, type: "worker" })),
  producers: [],
  consumers_total_count: consumers.length,
  producers_total_count: 0,
});

async function uploadOf(name: string, body: Buffer, contentType: string, assets: Assets): Promise<Upload | undefined> {
  const form = await new Response(new Uint8Array(body), { headers: { "content-type": contentType } }).formData();
  const metadata = JSON.parse(await textOf(form.get("metadata")));
  const files = metadata.assets ? assets.of(String(metadata.assets.jwt)) : new Map<string, Buffer>();
  return (
    files && {
      name,
      main: metadata.main_module,
      code: await textOf(form.get(metadata.main_module)),
      compatibilityDate: metadata.compatibility_date,
      compatibilityFlags: metadata.compatibility_flags ?? [],
      bindings: metadata.bindings,
      assets: files,
      assetsConfig: metadata.assets?.config,
    }
  );
}

const textOf = async (part: string | Blob | null): Promise<string> => (part === null ? "" : typeof part === "string" ? part : part.text());
const jsonOf = (body: Buffer): Record<string, unknown> => JSON.parse(body.toString());

async function read(request: IncomingMessage): Promise<Call> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://simulation");
  return {
    method: request.method ?? "",
    path: pathname.replace(`/accounts/${ACCOUNT}/`, "A/"),
    query: searchParams,
    body: Buffer.concat(parts),
    headers: request.headers,
  };
}

function send(response: ServerResponse, { status = 200, result = null, error, etag }: Answer): void {
  if (etag !== undefined) return void response.writeHead(status, { etag }).end();
  const body = {
    success: error === undefined,
    errors: error ? [{ code: error[0], message: error[1] }] : [],
    messages: [],
    result,
    ...(Array.isArray(result)
      ? { result_info: { page: 1, per_page: 100, count: result.length, total_count: result.length, total_pages: 1 } }
      : {}),
  };
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
