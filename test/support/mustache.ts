// As much of Mustache as a template needs that we recommend for a vendor's webhook: variables, sections, inverted sections.
// Values are escaped as for the inside of a JSON text, which is what senders of JSON do; three braces leave them as they are.
// Lists are rendered with commas between their members and objects as JSON, as mustache.js with Kibana's additions does.

type Scope = readonly unknown[];

/** Renders a template. A variable that is not there renders as nothing. */
export function renderMustache(template: string, variables: unknown): string {
  return render(template, [variables]);
}

const TAG = /\{\{\{\s*([^}]+?)\s*\}\}\}|\{\{\s*([#^])\s*([^}]+?)\s*\}\}|\{\{\s*([^}#^/]+?)\s*\}\}/;

function render(template: string, scope: Scope): string {
  const match = TAG.exec(template);
  if (match === null) return template;
  const [tag, raw, kind, section, name] = match;
  const before = template.slice(0, match.index);
  const after = template.slice(match.index + tag.length);
  if (section === undefined) {
    const text = textOf(lookUp(raw ?? name ?? "", scope));
    return before + (raw === undefined ? JSON.stringify(text).slice(1, -1) : text) + render(after, scope);
  }
  const [inside, rest] = splitAtEnd(after, section);
  const value = lookUp(section, scope);
  const members = Array.isArray(value) ? value : value ? [value] : [];
  const body =
    kind === "^"
      ? members.length === 0
        ? render(inside, scope)
        : ""
      : members.map((member) => render(inside, [member, ...scope])).join("");
  return before + body + render(rest, scope);
}

/** The text up to the tag that ends a section, and what follows it; sections of the same name may stand in each other. */
function splitAtEnd(text: string, name: string): [string, string] {
  const tags = new RegExp(`\\{\\{\\s*([#^/])\\s*${name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}\\s*\\}\\}`, "g");
  let depth = 1;
  for (const match of text.matchAll(tags)) {
    depth += match[1] === "/" ? -1 : 1;
    if (depth === 0) return [text.slice(0, match.index), text.slice(match.index + match[0].length)];
  }
  throw new Error(`the section ${name} is not ended`);
}

/** The first part of a dotted name is sought from the inside out, the rest in what was found. */
function lookUp(name: string, scope: Scope): unknown {
  if (name === ".") return scope[0];
  const [first = "", ...rest] = name.split(".");
  const holder = scope.find((value) => typeof value === "object" && value !== null && Object.hasOwn(value, first));
  return [first, ...rest].reduce<unknown>(
    (value, key) => (typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined),
    holder,
  );
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (Array.isArray(value)) return value.map(textOf).join(",");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
