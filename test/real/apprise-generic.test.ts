// The whole relay behind a real Apprise: what its command posts to a `json://` address becomes an alert, by a mapping in the configuration.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isTable } from "../../src/config/table.ts";
import { parseConfigText } from "../../src/config/toml.ts";
import { describeReal, REAL } from "../support/real.ts";
import { type Stack, startStack } from "../support/stack.ts";
import { type Ran, runPython } from "./run-python.ts";

const PASSWORD = "correct-horse-battery";

/** The route of the example that the documentation shows. */
function exampleRoute(): { id: string } & Record<string, unknown> {
  const file = parseConfigText(readFileSync(join(import.meta.dirname, "../../src/sources/generic/examples/apprise.toml"), "utf8"));
  const routes = file.ok ? file.value.document.routes : undefined;
  const route = isTable(routes) ? routes.apprise : undefined;
  if (!isTable(route) || typeof route.id !== "string") throw new Error("the example has no route");
  return { ...route, id: route.id };
}

describeReal("a real Apprise through a mapping", [REAL.apprise], () => {
  const route = exampleRoute();
  let stack: Stack;

  beforeAll(async () => {
    stack = await startStack({
      secrets: () => ({ APPRISE_PASSWORD: PASSWORD }),
      config: ({ chats }) => ({
        destinations: { war: { type: "discord", url: chats.discord("war").url, rate: "100/s" }, board: { type: "inbox" } },
        routes: { apprise: { ...route, rules: [{ to: ["war", "board"] }] } },
      }),
    });
  });
  afterAll(async () => stack?.stop());

  /** Runs the command as somebody would in a script. */
  const notify = (title: string, body: string, type: string, sender = `soc:${PASSWORD}@`): Promise<Ran> => {
    const address = `json://${sender}${new URL(stack.relay.url).host}/hooks/${route.id}`;
    return runPython(["/usr/bin/apprise", "--title", title, "--body", body, "--notification-type", type, address], "", { LANG: "C.UTF-8" });
  };
  const books = async () => (await stack.settled()).routes[0];
  const alerts = async () => (await stack.get<{ items: Record<string, unknown>[] }>("/api/alerts")).items;
  const shown = () =>
    stack.chats
      .discord("war")
      .visible()
      .map(({ raw }) => raw);

  test("a failure is an alert that says what failed and how bad it is", async () => {
    const ran = await notify("Backup of db-1 failed", "rsync: connexion fermée\nLast good copy: 2026-11-19", "failure");
    expect([ran.status, ran.stderr]).toEqual([0, ""]);
    expect(await books()).toMatchObject({ received: 1, accepted: 1, routed: 1, refused: 0 });
    expect(await alerts()).toMatchObject([
      { title: "Backup of db-1 failed", severity: "high", severity_label: "failure", status: "new", source: "generic" },
    ]);
    expect(shown()).toHaveLength(1);
    for (const text of ["HIGH", "Backup of db-1 failed", "connexion fermée", "Last good copy: 2026-11-19"])
      expect(shown()[0]).toContain(text);
  });

  test("the same again within a minute is a duplicate, and shown once", async () => {
    expect((await notify("Backup of db-1 failed", "rsync: connexion fermée\nLast good copy: 2026-11-19", "failure")).status).toBe(0);
    expect(await books()).toMatchObject({ received: 2, accepted: 1, duplicate: 1 });
    expect(shown()).toHaveLength(1);
  });

  test("a warning without a title is named by its text", async () => {
    expect((await notify("", "Volume /srv on nas-2 is 92 % full", "warning")).status).toBe(0);
    expect(await books()).toMatchObject({ received: 3, accepted: 2, routed: 2 });
    expect((await alerts())[0]).toMatchObject({ title: "Volume /srv on nas-2 is 92 % full", severity: "medium" });
  });

  test("without its password nothing gets in, and Apprise is told so", async () => {
    expect((await notify("Stranger", "x", "info", "")).status).not.toBe(0);
    expect((await notify("Stranger", "x", "info", "soc:wrong@")).status).not.toBe(0);
    expect(await books()).toMatchObject({ received: 3, accepted: 2, refused: 2 });
    expect((await stack.books()).balanced).toBe(true);
    expect(shown().join()).not.toContain("Stranger");
  });
});
