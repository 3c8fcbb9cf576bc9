import { describe, expect, it } from "vitest";
import { checkConfigText } from "./check.ts";
import { registries } from "./fake-registries.ts";
import { pathText, sentence } from "./problem.ts";

const HEAD = `[destinations.soc]
type = "wall"
url = `;
const check = (text: string, local = true) => checkConfigText(text, registries, { local, isSet: (name) => name === "SET" });

describe("a text", () => {
  it("may be applied where a secret is not set, with a warning", () => {
    const checked = check(`${HEAD}"secret:NOT_SET"\nheaders = { A = "secret:SET" }\n`);
    expect(checked.ok && checked.value.warnings.map((one) => `${pathText(one.path)}: ${sentence(one)}`)).toEqual([
      "destinations.soc.url: the secret NOT_SET is not set; put NOT_SET=... into the secrets file",
    ]);
    expect(checked.ok && checked.value.file.document).toMatchObject({ destinations: { soc: { type: "wall" } } });
  });

  it("has plain secrets on this machine only", () => {
    const text = `${HEAD}"https://wall.example.com/x"\n`;
    expect(check(text)).toMatchObject({ ok: true, value: { warnings: [] } });
    const refused = check(text, false);
    expect(refused.ok || (refused.reason.kind === "wrong" && refused.reason.problems)).toMatchObject([
      { path: ["destinations", "soc", "url"], message: expect.stringContaining("must not stand in the configuration of a deployed relay") },
    ]);
  });

  it.each<[string, string, object]>([
    ["that is no TOML", "[relay\n", { message: expect.stringContaining("this is not TOML"), line: 1 }],
    [
      "that is nested without end",
      `a = ${"[".repeat(50_000)}${"]".repeat(50_000)}`,
      { message: expect.stringContaining("nested too deeply") },
    ],
    [
      "with a key that is none in JavaScript",
      `[relay]\n\n[__proto__.routes.x]\nid = "y"\n`,
      { message: expect.stringContaining("__proto__"), line: 3 },
    ],
  ])("%s is refused with its place", (_, text, reason) => {
    const refused = check(text);
    expect(refused).toMatchObject({ ok: false, reason: { kind: "unreadable", reason } });
  });
});
