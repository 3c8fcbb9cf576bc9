// What a person reads of a piece of HTML, as lines of text: for golden files that show what a wall shows. No sanitiser.

const BLOCKS = new Set("article section header div p h1 h2 h3 ul ol li table tr pre dl dt dd details summary".split(" "));
const VOID = new Set(["br", "hr", "img", "meta", "input"]);
const STEP = "    ";

/** The text, a line for each block, with what a `reply` holds one step to the right. Times are those of the `datetime`, in UTC. */
export function textOfHtml(html: string): string {
  const lines: string[] = [];
  const open: { name: string; step: boolean; hidden: boolean; pre: boolean; time: boolean }[] = [];
  let line = "";
  let closed = false;
  const end = (): void => {
    const pad = STEP.repeat(open.filter(({ step }) => step).length);
    if (line.trim() !== "") lines.push(`${pad}${line.trimEnd()}`);
    line = "";
    closed = false;
  };
  for (const token of html.match(/<[^>]*>|[^<]+/g) ?? []) {
    const [, slash, name = "", rest = ""] = /^<(\/?)([a-z][a-z0-9]*)([^>]*)>$/i.exec(token) ?? [];
    if (name === "") {
      const inside = open.at(-1);
      if (open.some(({ hidden }) => hidden) || inside?.time) continue;
      const text = decoded(token);
      if (open.some(({ pre }) => pre)) {
        const [first = "", ...others] = text.split("\n");
        line += first;
        for (const other of others) {
          end();
          line = other;
        }
      } else line += line === "" ? text.replace(/\s+/g, " ").trimStart() : text.replace(/\s+/g, " ");
      closed = false;
    } else if (slash === "/") {
      if (BLOCKS.has(name)) end();
      open.pop();
      closed = true;
    } else {
      if (BLOCKS.has(name) || name === "br") end();
      // Pieces that stand side by side with nothing between them are no one word.
      else if ((closed || name === "td" || name === "th") && line !== "" && !/\s$/.test(line)) line += name === "td" ? "  " : " ";
      closed = false;
      const time = name === "time";
      if (time) line += `${/datetime="[^"]*T(\d\d:\d\d:\d\d)/.exec(rest)?.[1] ?? ""} `;
      const hidden = /aria-hidden="true"|display:\s*none/.test(rest) || name === "style" || name === "script";
      if (!VOID.has(name)) open.push({ name, step: /class="reply"/.test(rest), hidden, pre: name === "pre", time });
    }
  }
  end();
  return lines.join("\n");
}

const NAMED: Record<string, string> = { lt: "<", gt: ">", quot: '"', amp: "&", nbsp: " ", "#39": "'" };
const decoded = (text: string): string =>
  text.replace(/&(#\d+|[a-z]+|#39);/g, (whole, name: string) =>
    name in NAMED ? (NAMED[name] ?? whole) : name.startsWith("#") ? String.fromCodePoint(Number(name.slice(1))) : whole,
  );
