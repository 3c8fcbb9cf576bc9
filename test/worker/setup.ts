// Each test file inside the runtime has a database of its own, with its tables.
import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";
import "./support/clock.ts";

await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
