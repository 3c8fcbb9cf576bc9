// Every test: unit tests in Node, tests inside the Workers runtime, and tests of whole processes.
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { RealReporter } from "./test/support/real-reporter.ts";

// Tests send nothing to the network: the runtime would ask for a sample of request metadata, wrangler for its own version.
process.env.CLOUDFLARE_CF_FETCH_ENABLED = "false";
process.env.WRANGLER_SEND_METRICS = "false";
process.env.WRANGLER_HIDE_BANNER = "true";

export default defineConfig({
  test: {
    reporters: ["default", new RealReporter()],
    projects: [
      {
        test: {
          name: "unit",
          include: ["{src,cli,demo,scripts,bench}/**/*.test.ts", "test/support/**/*.test.ts"],
          environment: "node",
        },
      },
      {
        plugins: [
          cloudflareTest(async () => ({
            // The Worker, and objects whose stages a test decides.
            main: "./test/worker/support/main.ts",
            wrangler: { configPath: "./wrangler.toml" },
            miniflare: {
              // Lets a test call `exports.default.queue()` and `.scheduled()`.
              compatibilityFlags: ["service_binding_extra_handlers"],
              durableObjects: {
                TEST_LEDGER: { className: "TestLedger", useSQLite: true },
                TEST_OUTBOX: { className: "TestOutbox", useSQLite: true },
                TEST_CORRELATOR: { className: "TestCorrelator", useSQLite: true },
              },
              bindings: { TEST_MIGRATIONS: await readD1Migrations("./migrations"), LOCAL: "1", ADMIN_TOKEN: "test-admin-token" },
            },
          })),
        ],
        test: {
          name: "worker",
          include: ["test/worker/**/*.test.ts"],
          setupFiles: ["./test/worker/setup.ts"],
          testTimeout: 15_000,
          hookTimeout: 15_000,
        },
      },
      {
        test: {
          name: "e2e",
          include: ["test/{e2e,crash,real}/**/*.test.ts"],
          environment: "node",
          // Each file starts processes of its own: one at a time, after the others, so that they meet an idle machine.
          fileParallelism: false,
          sequence: { groupOrder: 1 },
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
