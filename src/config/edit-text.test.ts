import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson } from "./canonical.ts";
import * as edits from "./edit-text.ts";
import type { Edited } from "./proved-edit.ts";
import { parseConfigText } from "./toml.ts";

/** The text of an edit that is made. */
const made = (edited: Edited): string => {
  if (!edited.ok) throw new Error(edited.reason.kind);
  return edited.value;
};
const addTable = (...given: Parameters<typeof edits.addTable>) => made(edits.addTable(...given));
const removeTable = (...given: Parameters<typeof edits.removeTable>) => made(edits.removeTable(...given));
const setKeys = (...given: Parameters<typeof edits.setKeys>) => made(edits.setKeys(...given));

const TEXT = `# our relay
[relay]
url = "https://relay.example.com" # public

# the wall
[destinations.box]
type = "inbox"

# SEKOIA production,
# ask Ana
[routes.prod]
id = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11" # rotate yearly
source = "sekoia"

# urgent ones
[[routes.prod.rules]]
name = "urgent" # and up
to = ["box"]

# --- the lab ---

# Bea's
[routes.lab]
id = "5ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11"
source = "text"
enabled = false   # until March
`;
const tablesOf = (text: string): Record<string, Record<string, unknown>> => {
  const file = parseConfigText(text);
  if (!file.ok) throw new Error(file.reason.message);
  return file.value.document as Record<string, Record<string, unknown>>;
};

describe("edits leave comments where they are", () => {
  it("a key that is there", () => {
    expect(setKeys(TEXT, ["routes", "prod"], { id: "new" })).toBe(TEXT.replace("4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11", "new"));
  });

  it("a new key, below the first one of its table", () => {
    expect(setKeys(TEXT, ["routes", "prod"], { enabled: false })).toBe(
      TEXT.replace("# rotate yearly\n", "# rotate yearly\nenabled = false\n"),
    );
    const until = new Date("2026-12-01T00:00:00Z");
    expect(setKeys(TEXT, ["routes", "prod"], { former_ids: [{ id: "x", until }] })).toBe(
      TEXT.replace("# rotate yearly\n", '# rotate yearly\nformer_ids = [{ id = "x", until = 2026-12-01T00:00:00Z }]\n'),
    );
  });

  it("a key that goes, with what stands behind it", () => {
    expect(setKeys(TEXT, ["routes", "lab"], { enabled: undefined })).toBe(TEXT.replace("enabled = false   # until March\n", ""));
    expect(setKeys(TEXT, ["routes", "prod"], { enabled: undefined })).toBe(TEXT);
  });

  it("a table that goes, with the comments right above its parts", () => {
    expect(removeTable(TEXT, ["routes", "prod"])).toBe(TEXT.replace(/# SEKOIA.*(?=# --- the lab)/s, ""));
    expect(removeTable(TEXT, ["routes", "lab"])).toBe(`${TEXT.replace(/# Bea's.*$/s, "").trimEnd()}\n`);
  });

  it("a table that comes, at the end", () => {
    const table = { id: "x", source: "sekoia", rules: [{ name: "all", to: ["box"] }] };
    expect(addTable(TEXT, ["routes", "new"], table)).toBe(
      `${TEXT}\n[routes.new]\nid = "x"\nsource = "sekoia"\n\n[[routes.new.rules]]\nname = "all"\nto = [ "box" ]\n`,
    );
    expect(addTable("", ["destinations", "box"], { type: "inbox" })).toBe('[destinations.box]\ntype = "inbox"\n');
  });
});

describe("tables written in other ways", () => {
  it.each([
    ["inline", 'routes = { prod = { id = "a", source = "text" }, lab = { id = "b", source = "text" } } # all\n'],
    ["a table below first", '[routes.prod.auth]\ntype = "header"\n[routes.prod]\nid = "a"\n[routes.lab]\nid = "b"\n'],
    ["with a comment in a text", '[routes.lab]\nid = "b"\nconsole = """\n# no comment"""\n[routes.prod]\nid = "a"\nsource = """x"""\n'],
    ["in Windows lines", '[routes.prod]\r\nid = "a" # one\r\nsource = "text"\r\n\r\n[routes.lab]\r\nid = "b"\r\n'],
  ])("%s are edited as well", (_, text) => {
    const { prod, lab } = tablesOf(text).routes as Record<string, object>;
    expect(tablesOf(setKeys(text, ["routes", "prod"], { id: "c", enabled: false })).routes).toEqual({
      prod: { ...prod, id: "c", enabled: false },
      lab,
    });
    expect(tablesOf(removeTable(text, ["routes", "prod"])).routes).toEqual({ lab });
    expect(tablesOf(addTable(text, ["destinations", "box"], { type: "inbox" }))).toMatchObject({
      destinations: { box: { type: "inbox" } },
      routes: { prod },
    });
  });

  it("with dotted keys are refused where only another hand could do it", () => {
    const text = '[routes]\nprod.id = "a" # one\nlab.id = "b"\n';
    expect(setKeys(text, ["routes", "prod"], { id: "c" })).toBe(text.replace('"a"', '"c"'));
    expect(edits.setKeys(text, ["routes", "prod"], { enabled: false })).toEqual({ ok: false, reason: { kind: "form" } });
    const other = () => text.replace('"a"', '"a"\nprod.enabled = false');
    expect(edits.setKeys(text, ["routes", "prod"], { enabled: false }, other)).toMatchObject({ ok: true });
    expect(edits.setKeys(text, ["routes", "no"], { enabled: false })).toEqual({
      ok: false,
      reason: { kind: "missing", what: "routes.no" },
    });
  });

  it("are what they are meant to be, whatever is set", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme" }).filter((text) => !text.includes("\0")),
        fc.oneof(
          fc.integer(),
          fc.boolean(),
          fc.string({ unit: "grapheme" }).filter((text) => !text.includes("\0")),
          fc.array(fc.string()),
        ),
        (text, value) => {
          const edited = setKeys(TEXT, ["routes", "prod"], { console: text, shards: value });
          expect(canonicalJson(tablesOf(edited).routes?.prod)).toBe(
            canonicalJson({ ...Object(tablesOf(TEXT).routes?.prod), console: text, shards: value }),
          );
        },
      ),
      { numRuns: 100 },
    );
  });
});
