// Rules by one command each, against a relay that serves: listed with how often each matched, added, copied, moved, switched and removed,
// each as one revision, in which comments stay; and what is wrong is refused with nothing changed.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { announceRelay } from "../../cli/frame/local.ts";
import { type Relay, startRelay } from "../../scripts/runtime.ts";
import { tocsin as run } from "../support/command-line.ts";

const ID = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";
const ADMIN = "canary-admin-token";
const folder = mkdtempSync(join(tmpdir(), "tocsin-rules-"));
const state = join(folder, "state");
let relay: Relay;

const URGENT = `# page somebody
[[routes.prod.rules]]
name = "urgent" # and up
when = 'alert.severity_id >= HIGH && alert.title.contains("fire")'
to = ["oncall"]
stop = true`;
const ALL = `# whatever comes
[[routes.prod.rules]]
name = "all"
to = ["board"]`;
const TEXT = `# Our relay. Ask Ana before you touch it.
[destinations.board]   # the wall in the corridor
type = "inbox"

[destinations.oncall]
type = "inbox"

[routes.prod]
id = "${ID}"   # since spring
source = "text"

${URGENT}

${ALL}
`;

/** A verb, by the admin API. */
const tocsin = (...args: string[]) => run([...args, "--url", relay.url], { TOCSIN_TOKEN: ADMIN });
async function done(...args: string[]): Promise<string> {
  const { status, out, err } = await tocsin(...args);
  expect(status, `${args.join(" ")}\n${out}${err}`).toBe(0);
  return out;
}
const exported = () => done("export");
const put = (text: string) =>
  fetch(`${relay.url}/api/config`, { method: "PUT", body: text, headers: { authorization: `Bearer ${ADMIN}`, "if-match": "*" } });
const post = async (text: string): Promise<void> => {
  const answer = await fetch(`${relay.url}/hooks/${ID}`, { method: "POST", body: JSON.stringify({ text }) });
  expect(answer.status).toBe(202);
};
interface Listed {
  items: { route: string; rules: { name: string; matched?: number; last_matched_at?: string | null; enabled: boolean }[] }[];
}
const listed = async (...args: string[]): Promise<Listed> => JSON.parse(await done("rules", "list", "--json", ...args));
const matched = async () => (await listed()).items[0]?.rules.map((rule) => [rule.name, rule.matched]);

beforeAll(async () => {
  relay = await startRelay({ persistTo: state, adminToken: ADMIN });
  announceRelay(state, { url: relay.url, pid: process.pid });
  expect((await put(TEXT)).status).toBe(200);
});
beforeEach(async () => expect((await put(TEXT)).status).toBe(200));
afterAll(async () => {
  await relay?.stop();
  rmSync(folder, { recursive: true, force: true });
});

it("they are listed in their order, with how many events each matched and when", async () => {
  const before = Date.now();
  await expect
    .poll(() => fetch(`${relay.url}/hooks/${ID}`, { method: "POST", body: '{"text":"fire in rack 3"}' }).then((answer) => answer.status))
    .toBe(202);
  await post("all is well");
  await expect.poll(matched).toEqual([
    ["urgent", 1],
    ["all", 1],
  ]);
  const [route] = (await listed("--route", "prod")).items;
  expect(Date.parse(route?.rules[0]?.last_matched_at ?? "")).toBeGreaterThanOrEqual(before - 1_000);
  const out = await done("rules", "list");
  expect(out.replace(/last \d+s ago/g, "last Ns ago")).toBe(`prod
   1  urgent  matched 1 event, last Ns ago
      when alert.severity_id >= HIGH && alert.title.contains("fire")
      to oncall
      stop: the rules below are not asked
   2  all  matched 1 event, last Ns ago
      every alert
      to board
`);
  expect(await tocsin("rules", "list", "--route", "prd")).toMatchObject({ status: 2, err: expect.stringContaining("There are: prod.") });
});

it("one is shown as the file has it, with its comments", async () => {
  expect(await done("rules", "show", "prod/urgent")).toBe(`${URGENT}\n`);
  expect(JSON.parse(await done("rules", "show", "prod/all", "--json"))).toEqual({
    route: "prod",
    name: "all",
    place: 2,
    table: { name: "all", to: ["board"] },
  });
});

it("they are switched off and on, and what comes meanwhile passes them by", async () => {
  expect(await done("rules", "disable", "prod/urgent")).toMatch(/^Applied as revision \d+ of the relay at .*\n[\s\S]*enabled/);
  expect(await exported()).toBe(TEXT.replace("# and up\n", "# and up\nenabled = false\n"));
  const before = await matched();
  await expect
    .poll(async () => {
      await post(`fire in rack ${crypto.randomUUID()}`);
      return (await matched())?.[1]?.[1];
    })
    .toBeGreaterThan(Number(before?.[1]?.[1]));
  await done("rules", "enable", "prod/urgent");
  expect(await exported()).toBe(TEXT);
});

it("they are added, copied, moved and removed, each as one revision, and comments stay", async () => {
  await done("rules", "add", "prod", "scanner", "--when", 'alert.title.contains("nmap")', "--to", "board", "--set", "stop=true", "--first");
  const scanner = `[[routes.prod.rules]]\nname = "scanner"\nwhen = 'alert.title.contains("nmap")'\nto = ["board"]\nstop = true`;
  expect(await exported()).toBe(TEXT.replace(URGENT, `${scanner}\n\n${URGENT}`));

  await done("rules", "move", "prod/scanner", "--after", "urgent");
  expect(await exported()).toBe(TEXT.replace(URGENT, `${URGENT}\n\n${scanner}`));
  expect((await listed()).items[0]?.rules.map(({ name }) => name)).toEqual(["urgent", "scanner", "all"]);
  expect(await done("rules", "move", "prod/scanner", "--before", "all")).toContain("Nothing to do");

  await done("rules", "duplicate", "prod/all", "--name", "spare", "--set", "enabled=false", "--set", 'to=["oncall"]');
  expect(await exported()).toContain(
    `${ALL}\n\n# whatever comes\n[[routes.prod.rules]]\nname = "spare"\nenabled = false\nto = ["oncall"]\n`,
  );

  const dry = await done("rules", "remove", "prod/spare", "--dry-run");
  expect(dry).toContain("spare");
  expect(await tocsin("rules", "remove", "prod/spare")).toMatchObject({
    status: 2,
    err: expect.stringContaining("Remove the rule prod/spare?"),
  });
  await done("rules", "remove", "prod/spare", "--yes");
  const before = JSON.parse(await done("revisions", "--json"));
  expect(JSON.parse(await done("rules", "remove", "prod/scanner", "--yes", "--json"))).toMatchObject({
    applied: true,
    revision: before.items[0].revision + 1,
  });
  expect(await exported()).toBe(TEXT);
});

it("what is wrong is refused, and nothing is changed", async () => {
  const refused: [args: string[], why: RegExp][] = [
    [["add", "prod", "x", "--to", "bord"], /there is no destination "bord"; did you mean "board"\?/],
    [["add", "prod", "x"], /to: is missing/],
    [["add", "prod", "x", "--to", "board", "--when", "alert.sttus == 1"], /did you mean status\?/],
    [["add", "prod", "all", "--to", "board"], /has a rule "all" already/],
    [["add", "prod", "x", "--to", "board", "--set", "whn=true"], /whn/],
    [["disable", "prod/al"], /Did you mean "all"\?/],
    [["move", "prod/all"], /Where to\?/],
    [["duplicate", "prod/all", "--name", "urgent"], /already/],
  ];
  for (const [args, why] of refused) expect(await tocsin("rules", ...args)).toMatchObject({ status: 2, err: expect.stringMatching(why) });
  expect(await exported()).toBe(TEXT);
});
