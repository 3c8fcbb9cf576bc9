// What tests inside the runtime have in their environment besides the Worker's own bindings.
declare namespace Cloudflare {
  interface Env {
    TEST_MIGRATIONS: import("cloudflare:test").D1Migration[];
    LOCAL: string;
    ADMIN_TOKEN: string;
    /** Objects of the same classes, with stages that a test decides. */
    TEST_LEDGER: DurableObjectNamespace;
    TEST_OUTBOX: DurableObjectNamespace;
    TEST_CORRELATOR: DurableObjectNamespace;
  }
}

/** Vite reads files into a test at build time: inside the runtime there is no file system. */
interface ImportMeta {
  glob(patterns: string[], options: { query: "?raw"; import: "default"; eager: true }): Record<string, string>;
}
