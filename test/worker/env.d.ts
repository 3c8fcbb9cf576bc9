// What tests inside the runtime have in their environment besides the Worker's own bindings.
declare namespace Cloudflare {
  interface Env {
    DB: D1Database;
    LEDGER: DurableObjectNamespace<InstanceType<typeof import("../../src/index.ts").Ledger>>;
    OUTBOX: DurableObjectNamespace<InstanceType<typeof import("../../src/index.ts").Outbox>>;
    ENRICHER: DurableObjectNamespace<InstanceType<typeof import("../../src/index.ts").Enricher>>;
    TEST_MIGRATIONS: import("cloudflare:test").D1Migration[];
    ADMIN_TOKEN: string;
  }
}
