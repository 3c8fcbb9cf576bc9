import { expect, it } from "vitest";
import { defanged } from "./defang.ts";

it.each([
  ["https://evil.example/a.php?b=c.d", "hxxps://evil[.]example/a[.]php?b=c[.]d"],
  ["HTTP://EVIL.example", "HxxP://EVIL[.]example"],
  ["ftp://192.0.2.1/x", "fxp://192[.]0[.]2[.]1/x"],
  ["mail from a.b@evil.example.", "mail from a[.]b[@]evil[.]example."],
  ["One sentence. Another one.", "One sentence. Another one."],
  ["münchen.example and пример.example", "münchen[.]example and пример[.]example"],
  ["evil[.]example", "evil[.]example"],
  ["", ""],
])("%s", (text, expected) => {
  expect(defanged(text)).toBe(expected);
});
