// Every test: unit tests in Node, tests inside the Workers runtime, and tests of whole processes.
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { PATIENCE_MS } from "./test/support/patience.ts";
import { RealReporter } from "./test/support/real-reporter.ts";

// Tests send nothing to the network: the runtime would ask for a sample of request metadata, wrangler for its own version.
process.env.CLOUDFLARE_CF_FETCH_ENABLED = "false";
process.env.WRANGLER_SEND_METRICS = "false";
process.env.WRANGLER_HIDE_BANNER = "true";
// Wrangler and the command line are started hundreds of times: their code is kept compiled, where `npm start` keeps its own.
process.env.NODE_COMPILE_CACHE ??= join(tmpdir(), "node-compile-cache");

export default defineConfig({
  test: {
    reporters: ["default", new RealReporter()],
    // Vitest's own choice leaves a core idle, which is half of a small machine.
    maxWorkers: availableParallelism(),
    projects: [
      {
        test: {
          name: "unit",
          include: ["{src,cli,demo,scripts,bench}/**/*.test.ts", "test/support/**/*.test.ts"],
          environment: "node",
          setupFiles: ["./test/support/property-seed.ts"],
          testTimeout: PATIENCE_MS,
          hookTimeout: PATIENCE_MS,
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
          testTimeout: 2 * PATIENCE_MS,
          hookTimeout: 2 * PATIENCE_MS,
        },
      },
      {
        test: {
          name: "e2e",
          include: ["test/{e2e,crash,real}/**/*.test.ts"],
          environment: "node",
          // Each file starts processes of its own, and much of its time is waiting: two at a time, after the others.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
          // Longer than all that a test may wait for in turn: what was not so is told by the one that waited for it.
          testTimeout: 5 * PATIENCE_MS,
          hookTimeout: 5 * PATIENCE_MS,
          expect: { poll: { timeout: PATIENCE_MS, interval: 50 } },
        },
      },
    ],
  },
});
