// wrangler.toml in Miniflare's terms, so that wrangler.toml stays the only description of the Worker. What is not mapped here
// is refused: a binding that exists under wrangler and not under `npm start` would be found out much later.
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { MiniflareWorkerConfig } from "miniflare";
import { parse } from "smol-toml";
import * as z from "zod";

const queueConsumer = z.strictObject({
  queue: z.string(),
  max_batch_size: z.number().optional(),
  max_batch_timeout: z.number().optional(),
  max_retries: z.number().optional(),
  retry_delay: z.number().optional(),
  dead_letter_queue: z.string().optional(),
  // Production only: the local broker runs one batch at a time.
  max_concurrency: z.number().optional(),
});

const wranglerSchema = z.strictObject({
  name: z.string(),
  main: z.string(),
  compatibility_date: z.string(),
  compatibility_flags: z.array(z.string()).default([]),
  vars: z.record(z.string(), z.string()).default({}),
  d1_databases: z
    .array(
      z.strictObject({
        binding: z.string(),
        database_id: z.string().optional(),
        database_name: z.string().optional(),
        migrations_dir: z.string().default("migrations"),
      }),
    )
    .default([]),
  queues: z
    .strictObject({
      producers: z.array(z.strictObject({ binding: z.string(), queue: z.string() })).default([]),
      consumers: z.array(queueConsumer).default([]),
    })
    .prefault({}),
  send_email: z
    .array(
      z.strictObject({
        name: z.string(),
        destination_address: z.string().optional(),
        allowed_destination_addresses: z.array(z.string()).optional(),
        allowed_sender_addresses: z.array(z.string()).optional(),
        // For `wrangler dev` only: here mail is never sent, it is written to files.
        remote: z.boolean().optional(),
      }),
    )
    .default([]),
  durable_objects: z.strictObject({ bindings: z.array(z.strictObject({ name: z.string(), class_name: z.string() })) }).optional(),
  exports: z.record(z.string(), z.strictObject({ type: z.literal("durable-object"), storage: z.literal("sqlite") })).default({}),
  // Only what the Worker hands out itself: without `run_worker_first` the platform would, which local runs do not do.
  assets: z.strictObject({ directory: z.string(), binding: z.string(), run_worker_first: z.literal(true) }).optional(),
  triggers: z.strictObject({ crons: z.array(z.string()).default([]) }).prefault({}),
  alias: z.record(z.string(), z.string()).default({}),
  // What concerns deployments only.
  workers_dev: z.unknown().optional(),
  minify: z.unknown().optional(),
  keep_names: z.unknown().optional(),
  upload_source_maps: z.unknown().optional(),
  preview_urls: z.unknown().optional(),
  observability: z.unknown().optional(),
  limits: z.unknown().optional(),
  placement: z.unknown().optional(),
  routes: z.unknown().optional(),
  route: z.unknown().optional(),
  secrets: z.unknown().optional(),
});

/** The part of wrangler.toml that a local run needs. */
export type WranglerConfig = z.infer<typeof wranglerSchema>;

/** Reads `wrangler.toml` in `root`; the folder of assets is then an absolute path. */
export function readWranglerConfig(root: string): WranglerConfig {
  const parsed = wranglerSchema.safeParse(parse(readFileSync(join(root, "wrangler.toml"), "utf8")));
  if (!parsed.success) throw new Error(`wrangler.toml has something that local runs do not support:\n${z.prettifyError(parsed.error)}`);
  const { assets, ...rest } = parsed.data;
  return { ...rest, ...(assets ? { assets: { ...assets, directory: resolve(root, assets.directory) } } : {}) };
}

/** The Worker for Miniflare: the bundle, its bindings, and `texts` as further text bindings (secrets and variables). */
export function workerConfig(wrangler: WranglerConfig, bundle: string, texts: Record<string, string>): MiniflareWorkerConfig {
  const text = Object.entries({ ...wrangler.vars, ...texts }).map(([name, value]) => [name, { type: "text" as const, value }]);
  const databases = wrangler.d1_databases.map((one) => [one.binding, { type: "d1" as const, id: databaseId(one) }]);
  const queues = wrangler.queues.producers.map(({ binding, queue }) => [binding, { type: "queue" as const, name: queue }]);
  const mails = wrangler.send_email.map((one) => [
    one.name,
    {
      type: "send-email" as const,
      destinationAddress: one.destination_address,
      allowedDestinationAddresses: one.allowed_destination_addresses,
      allowedSenderAddresses: one.allowed_sender_addresses,
    },
  ]);
  // From the disk, not by the platform's own proxies, which would stand before every request here.
  const assets = wrangler.assets ? [[wrangler.assets.binding, { type: "disk" as const, path: wrangler.assets.directory }]] : [];
  const objects = (wrangler.durable_objects?.bindings ?? []).map(({ name, class_name }) => [
    name,
    { type: "durable-object" as const, worker: wrangler.name, exportName: class_name },
  ]);
  return {
    name: wrangler.name,
    compatibilityDate: wrangler.compatibility_date,
    compatibilityFlags: wrangler.compatibility_flags,
    manifest: { mainModule: "index.js", modules: { "index.js": { type: "esm", contents: bundle } } },
    env: Object.fromEntries([...text, ...databases, ...queues, ...mails, ...assets, ...objects]),
    exports: wrangler.exports,
    triggers: wrangler.queues.consumers.map((consumer) => ({
      type: "queue" as const,
      name: consumer.queue,
      maxBatchSize: consumer.max_batch_size,
      maxBatchTimeout: consumer.max_batch_timeout,
      maxRetries: consumer.max_retries,
      retryDelay: consumer.retry_delay,
      deadLetterQueue: consumer.dead_letter_queue,
    })),
  };
}

/** Which bindings `wrangler.toml` in `root` gives the Worker; undefined when that cannot be told from it. */
export function declaredBindings(root: string): ((name: string) => boolean) | undefined {
  try {
    const names = new Set(Object.keys(workerConfig(readWranglerConfig(root), "", {}).env ?? {}));
    return (name) => names.has(name);
  } catch {
    return undefined;
  }
}

/** A database without an id goes by the name of its binding, as under `wrangler d1 execute --local`: both see the same file. */
const databaseId = ({ binding, database_id: id }: WranglerConfig["d1_databases"][number]): string => id ?? binding;
