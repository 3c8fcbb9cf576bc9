// The floor that the intake is measured against: the least that a Worker can do and still answer "stored". The body becomes one
// row of one SQLite object, and the answer goes out when the row is durable. It is no part of the relay.
import { DurableObject } from "cloudflare:workers";

interface Env {
  ROWS: DurableObjectNamespace<Rows>;
}

/** One table, one row for each request. */
export class Rows extends DurableObject<Env> {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    ctx.storage.sql.exec("CREATE TABLE IF NOT EXISTS bodies (id INTEGER PRIMARY KEY, body TEXT NOT NULL)");
  }

  async insert(body: string): Promise<void> {
    this.ctx.storage.sql.exec("INSERT INTO bodies (body) VALUES (?)", body);
  }

  async count(): Promise<number> {
    return this.ctx.storage.sql.exec<{ count: number }>("SELECT COUNT(*) AS count FROM bodies").one().count;
  }
}

export default {
  async fetch(request, env): Promise<Response> {
    const rows = env.ROWS.getByName("rows");
    if (request.method === "GET") return Response.json(await rows.count());
    await rows.insert(await request.text());
    return new Response("stored", { status: 202 });
  },
} satisfies ExportedHandler<Env>;
