// The admin API.
import { Hono } from "hono";
import type { Env } from "../env.ts";
import { problem } from "../lib/problem.ts";
import type { AdminDeps } from "./deps.ts";

/** The app under `/api`. */
export function adminApi(_deps: AdminDeps): Hono<{ Bindings: Env }> {
  const app = new Hono<{ Bindings: Env }>();
  app.all("*", () => problem(401, "Sign in first."));
  return app;
}
