import { expect, test } from "vitest";
import { markdownHtml } from "./markdown-html.ts";

const html = (text: string): string => markdownHtml(text.split("\n"));

test.each([
  ["two lines of\none paragraph\n\nand another", "<p>two lines of one paragraph</p><p>and another</p>"],
  ["**bold _and_ `a < b`**, see [us](../text/README.md)", "<p><strong>bold <em>and</em> <code>a &lt; b</code></strong>, see us</p>"],
  ["[them](https://example.com/a)", '<p><a href="https://example.com/a" rel="noopener noreferrer">them</a></p>'],
  ["### More", "<h4>More</h4>"],
  ["<script>", "<p>&lt;script&gt;</p>"],
  ["snake_case_stays, `a_b_`", "<p>snake_case_stays, <code>a_b_</code></p>"],
])("%j", (text, expected) => expect(html(text)).toBe(expected));

test("steps hold code, further paragraphs and lists", () => {
  const steps = "1. **Add** it,\n   with a secret.\n\n   ```toml\n   [a]\n     b = 1\n   ```\n\n   - one\n   - two\n\n2. Press\n\nDone.";
  expect(html(steps)).toBe(
    '<ol class="steps"><li><p><strong>Add</strong> it, with a secret.</p><pre tabindex="0">[a]\n  b = 1</pre>' +
      '<ul class="bullets"><li><p>one</p></li><li><p>two</p></li></ul></li><li><p>Press</p></li></ol><p>Done.</p>',
  );
});

test("a table has its heads", () => {
  expect(html("|  | what |\n| - | --- |\n| `a` | b \\| c |")).toContain(
    '<thead><tr><td></td><th scope="col">what</th></tr></thead><tbody><tr><td><code>a</code></td><td>b | c</td></tr></tbody>',
  );
});
