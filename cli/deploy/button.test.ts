// What the Deploy to Cloudflare button reads: https://developers.cloudflare.com/workers/platform/deploy-buttons/
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { expect, test } from "vitest";
import { declaredBindings } from "../../scripts/wrangler-config.ts";
import { ROOT } from "../frame/target.ts";

test("every secret that is asked for, and every binding that is made, is described", () => {
  const { cloudflare, scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  const described: Record<string, { description: string }> = cloudflare.bindings;
  const secrets = Object.keys(parseEnv(readFileSync(join(ROOT, ".dev.vars.example"), "utf8")));
  expect(secrets).toEqual(["ADMIN_TOKEN"]);
  const isBound = declaredBindings(ROOT);
  for (const [name, { description }] of Object.entries(described)) {
    expect(secrets.includes(name) || isBound?.(name), name).toBe(true);
    expect(description, name).toMatch(/\.$/);
  }
  for (const name of secrets) expect(Object.keys(described)).toContain(name);
  // It runs this, from a clone, and reads this.
  expect(scripts.deploy).toContain("scripts/deploy.ts");
  expect(existsSync(join(ROOT, "wrangler.toml"))).toBe(true);
});

test("no admin token is given away by the example", () => {
  expect(parseEnv(readFileSync(join(ROOT, ".dev.vars.example"), "utf8")).ADMIN_TOKEN).toBe("");
});
