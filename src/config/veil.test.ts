import { describe, expect, test } from "vitest";
import { registries } from "../../cli/registries.ts";
import { veil } from "./veil.ts";

const ID = "4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";
const FORMER = "5ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";
const GONE = "6ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11";
const TEXT = `# once ${ID}, before that ${GONE}
[destinations.soc]
type = "discord"
url = 'https://discord.com/api/webhooks/1/plain-secret'

[routes.prod]
id = "${ID}" # since spring
former_ids = [{ id = "${FORMER}", until = 2026-12-01T00:00:00Z }]
source = "sekoia"
token = "secret:TOKEN"
`;
const veiled = (text: string, ids = true) => {
  const found = veil(text, registries, { ids });
  if (!found) throw new Error("unreadable");
  return found;
};

describe("a veiled text", () => {
  test("has neither ids nor plain secrets, comments included; names of secrets stay", () => {
    const { text } = veiled(TEXT);
    for (const hidden of [ID, FORMER, GONE, "plain-secret"]) expect(text).not.toContain(hidden);
    expect(text).toContain('id = "(hidden: the id of prod)" # since spring');
    expect(text).toContain('{ id = "(hidden: former id 1 of prod)", until');
    expect(text).toContain('url = "(hidden: the secret at destinations.soc.url)"');
    expect(text).toContain("secret:TOKEN");
    expect(text.split("\n")).toHaveLength(TEXT.split("\n").length);
  });

  test("comes back as it was, in its own quotes, also when it was edited", () => {
    const { text, unveil } = veiled(TEXT);
    expect(unveil(text)).toBe(TEXT);
    const edited = text.replace("# since spring", "# since summer").replace("[routes.prod]", "[routes.other]");
    expect(unveil(edited)).toBe(TEXT.replace("# since spring", "# since summer").replace("[routes.prod]", "[routes.other]"));
  });

  test("may get its ids back alone", () => {
    const { text, unveil } = veiled(TEXT);
    expect(unveil(text, "ids")).toContain(ID);
    expect(unveil(text, "ids")).not.toContain("plain-secret");
    expect(veiled(TEXT, false).text).toContain(ID);
  });

  test("cannot be made of what is not TOML", () => {
    expect(veil("a = ", registries, { ids: true })).toBeUndefined();
  });
});
