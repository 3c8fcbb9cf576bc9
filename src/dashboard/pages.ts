// The dashboard.
import { Hono } from "hono";
import type { AdminDeps } from "../admin/deps.ts";
import type { Env } from "../env.ts";

/** The app of the dashboard's pages. */
export function dashboard(_deps: AdminDeps): Hono<{ Bindings: Env }> {
  const app = new Hono<{ Bindings: Env }>();
  app.get("/", (c) => c.text("Tocsin"));
  return app;
}
