import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as edits from "./edit-text.ts";
import type { Edited } from "./proved-edit.ts";
import * as rules from "./rule-text.ts";
import { rulePath, ruleText } from "./rule-text.ts";
import { parseConfigText } from "./toml.ts";

/** The text of an edit that is made. */
const made = (edited: Edited): string => {
  if (!edited.ok) throw new Error(edited.reason.kind);
  return edited.value;
};
const removeTable = (...given: Parameters<typeof edits.removeTable>) => made(edits.removeTable(...given));
const setKeys = (...given: Parameters<typeof edits.setKeys>) => made(edits.setKeys(...given));
const addRule = (...given: Parameters<typeof rules.addRule>) => made(rules.addRule(...given));
const copyRule = (...given: Parameters<typeof rules.copyRule>) => made(rules.copyRule(...given));
const moveRule = (...given: Parameters<typeof rules.moveRule>) => made(rules.moveRule(...given));

const URGENT = `# urgent ones
[[routes.prod.rules]]
name = "urgent" # and up
when = 'alert.severity_id >= HIGH'
to = ["box"]
[routes.prod.rules.template] # short
title = "!"
# ask Bea`;
const NIGHT = `[[routes.prod.rules]]
name = "night"
# to = ["phone"]
to = ["box"]`;
const ALL = `# whatever comes,
# for the wall
[[routes.prod.rules]]
name = "all"
to = ["box"]`;
const HEAD = `# our relay
[destinations.box]
type = "inbox"

[routes.prod]
id = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11" # rotate yearly
source = "text"

# --- rules ---

`;
const LAB = `# Bea's
[routes.lab]
id = "5ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11"
source = "text"
`;
const TEXT = `${HEAD}${URGENT}

${NIGHT}

# about the last one

${ALL}

${LAB}`;
const rulesIn = (text: string, route = "prod"): Record<string, unknown>[] => {
  const file = parseConfigText(text);
  if (!file.ok) throw new Error(file.reason.message);
  return Object(file.value.document).routes[route].rules ?? [];
};
const namesIn = (text: string): unknown[] => rulesIn(text).map(({ name }) => name);

describe("rules in tables of their own", () => {
  it("move with their comments, and what stands between them stays", () => {
    const between = "\n\n# about the last one\n\n";
    expect(moveRule(TEXT, "prod", 2, 0)).toBe(`${HEAD}${ALL}\n\n${URGENT}${between}${NIGHT}\n\n${LAB}`);
    expect(moveRule(TEXT, "prod", 0, 1)).toBe(`${HEAD}${NIGHT}\n\n${URGENT}${between}${ALL}\n\n${LAB}`);
    expect(moveRule(TEXT, "prod", 1, 1)).toBe(TEXT);
  });

  it("are copied right below, comments included, with other keys", () => {
    const copy = URGENT.replace('"urgent"', '"urgent, again"');
    expect(copyRule(TEXT, "prod", 0, { name: "urgent, again" })).toBe(TEXT.replace(URGENT, `${URGENT}\n\n${copy}`));
    const last = copyRule(TEXT, "prod", 2, { name: "rest", enabled: false });
    expect(last).toBe(TEXT.replace(ALL, `${ALL}\n\n${ALL.replace('"all"', '"rest"\nenabled = false')}`));
  });

  it("are added above another one, at the end, and to a route that has none", () => {
    const rule = { name: "vips", when: 'hasAsset(lists.vips) && alert.status != "resolved"', to: ["box"], stop: true };
    const block = `[[routes.prod.rules]]\nname = "vips"\nwhen = 'hasAsset(lists.vips) && alert.status != "resolved"'\nto = ["box"]\nstop = true`;
    expect(addRule(TEXT, "prod", 1, rule)).toBe(TEXT.replace(NIGHT, `${block}\n\n${NIGHT}`));
    expect(addRule(TEXT, "prod", 3, rule)).toBe(TEXT.replace(ALL, `${ALL}\n\n${block}`));
    expect(addRule(TEXT, "lab", 0, { name: 'it\'s "all"', when: "alert.title != 'x'", to: ["box"] })).toBe(
      `${TEXT}\n[[routes.lab.rules]]\nname = "it's \\"all\\""\nwhen = "alert.title != 'x'"\nto = ["box"]\n`,
    );
  });

  it("are disabled, enabled and removed", () => {
    const disabled = setKeys(TEXT, rulePath("prod", 0), { enabled: false });
    expect(disabled).toBe(TEXT.replace('"urgent" # and up\n', '"urgent" # and up\nenabled = false\n'));
    expect(setKeys(disabled, rulePath("prod", 0), { enabled: undefined })).toBe(TEXT);
    expect(removeTable(TEXT, rulePath("prod", 2))).toBe(TEXT.replace(`${ALL}\n\n`, ""));
    expect(namesIn(removeTable(TEXT, rulePath("prod", 0)))).toEqual(["night", "all"]);
    const none = [2, 1, 0].reduce((text, index) => removeTable(text, rulePath("prod", index)), TEXT);
    expect(rulesIn(none)).toEqual([]);
    expect(none).toContain("# --- rules ---");
  });

  it("are told as they stand", () => {
    expect([0, 1, 2].map((index) => ruleText(TEXT, "prod", index))).toEqual([URGENT, NIGHT, ALL]);
    expect(ruleText(TEXT, "prod", 3)).toBeUndefined();
  });
});

describe.each([
  ["inline", 'rules = [{ name = "a", to = ["box"] }, { name = "b", to = ["box"] }] # all\n'],
  [
    "in Windows lines",
    '[[routes.prod.rules]]\r\nname = "a"\r\nto = ["box"]\r\n\r\n[[routes.prod.rules]] # b\r\nname = "b"\r\nto = ["box"]\r\n',
  ],
  [
    "with another table between",
    '[[routes.prod.rules]]\nname = "a"\nto = ["box"]\n[routes.lab]\nid = "x"\n[[routes.prod.rules]]\nname = "b"\nto = ["box"]\n',
  ],
])("rules written %s", (_, rules) => {
  const text = `[routes.prod]\nid = "a"\n${rules}`;
  it("are edited as well", () => {
    expect(namesIn(moveRule(text, "prod", 0, 1))).toEqual(["b", "a"]);
    expect(namesIn(copyRule(text, "prod", 0, { name: "c" }))).toEqual(["a", "c", "b"]);
    expect(namesIn(addRule(text, "prod", 1, { name: "c", to: ["box"] }))).toEqual(["a", "c", "b"]);
    expect(namesIn(removeTable(text, rulePath("prod", 0)))).toEqual(["b"]);
    expect(rulesIn(setKeys(text, rulePath("prod", 1), { enabled: false }))).toMatchObject([{ name: "a" }, { name: "b", enabled: false }]);
  });
});

it("whatever is done in whatever order says what it was meant to say", () => {
  const step = fc.record({
    does: fc.constantFrom("move", "copy", "add", "remove"),
    from: fc.nat(9),
    to: fc.nat(9),
    name: fc.string({ unit: "grapheme", minLength: 1 }).filter((text) => !text.includes("\0")),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 6 }), (steps) => {
      let text = TEXT;
      let names = namesIn(TEXT);
      for (const { does, from, to, name } of steps) {
        const [index, place] = [from % Math.max(1, names.length), to % Math.max(1, names.length)];
        if (does === "add" || names.length === 0) {
          text = addRule(text, "prod", place, { name, to: ["box"] });
          names = names.toSpliced(place, 0, name);
        } else if (does === "move") {
          text = moveRule(text, "prod", index, place);
          names = names.toSpliced(index, 1).toSpliced(place, 0, names[index]);
        } else if (does === "copy") {
          text = copyRule(text, "prod", index, { name });
          names = names.toSpliced(index + 1, 0, name);
        } else {
          text = removeTable(text, rulePath("prod", index));
          names = names.toSpliced(index, 1);
        }
        expect(namesIn(text)).toEqual(names);
      }
      expect(text).toContain("# our relay");
      expect(text).toContain(LAB.trim());
    }),
    { numRuns: 60 },
  );
});
