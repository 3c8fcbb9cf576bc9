// An Adaptive Card as HTML, for the elements that teams-form.ts lets through.
// Markdown of a TextBlock: learn.microsoft.com task-modules-and-cards/cards/cards-format (bold, italic, lists, links; nothing else).
import type { Json } from "../../../src/alert.ts";
import { type JsonObject, listOf, objectOf, textOf } from "../json.ts";
import { escapeHtml, linkTo, mention, Stash } from "./markup.ts";

/** One card. */
export function drawTeams(card: JsonObject): string {
  const mentions = listOf(objectOf(card.msteams).entities).map((entity) => textOf(objectOf(entity).text));
  const pen = new Pen(mentions);
  return `<div class="tm-card">${pen.elements(card.body)}${pen.actions(card.actions)}</div>`;
}

const TOKEN = /\\([!-/:-@[-`{-~])|\[([^\]\n]+)\]\((https?:\/\/[^\s)]+)\)|(<at>[^<]*<\/at>)/g;

class Pen {
  readonly #mentions: string[];

  constructor(mentions: string[]) {
    this.#mentions = mentions;
  }

  elements(value: Json | undefined): string {
    return listOf(value)
      .map((element) => this.#element(objectOf(element)))
      .join("");
  }

  actions(value: Json | undefined): string {
    const buttons = listOf(value).map((item) => linkTo(objectOf(item).url, escapeHtml(textOf(objectOf(item).title)), "tm-button"));
    return buttons.length > 0 ? `<div class="tm-actions">${buttons.join("")}</div>` : "";
  }

  #element(element: JsonObject): string {
    const rule = element.separator === true ? " tm-rule" : "";
    switch (element.type) {
      case "TextBlock":
        return `<div class="${classOf("tm-text", element)}${rule}">${this.#markdown(textOf(element.text))}</div>`;
      case "RichTextBlock":
        return `<div class="tm-text wrap${rule}">${listOf(element.inlines).map(drawRun).join("")}</div>`;
      case "Container":
        return `<div class="${classOf("tm-container", element)}${rule}">${this.elements(element.items)}</div>`;
      case "ColumnSet":
        return `<div class="${classOf("tm-columns", element)}${rule}">${listOf(element.columns)
          .map((column) => this.#column(objectOf(column)))
          .join("")}</div>`;
      case "FactSet":
        return `<dl class="tm-facts${rule}">${listOf(element.facts)
          .map((fact) => this.#fact(objectOf(fact)))
          .join("")}</dl>`;
      case "ActionSet":
        return this.actions(element.actions);
      default:
        return "";
    }
  }

  #column(column: JsonObject): string {
    const wide = column.width === "auto" ? " auto" : "";
    return `<div class="${classOf("tm-column", column)}${wide}">${this.elements(column.items)}</div>`;
  }

  #fact(fact: JsonObject): string {
    return `<dt>${this.#markdown(textOf(fact.title))}</dt><dd>${this.#markdown(textOf(fact.value))}</dd>`;
  }

  #markdown(text: string): string {
    const stash = new Stash();
    const tokens = Stash.clean(text).replace(TOKEN, (whole: string, escaped?: string, label?: string, url?: string, at?: string) => {
      if (escaped !== undefined) return stash.put(escapeHtml(escaped));
      if (url !== undefined) return stash.put(linkTo(url, escapeHtml(label ?? "")));
      // An <at> that no entity explains is drawn as its bare text.
      const name = (at ?? whole).replace(/<\/?at>/g, "");
      return stash.put(this.#mentions.includes(at ?? "") ? mention(name) : escapeHtml(name));
    });
    const lines = tokens.split(/\n{2,}|\n(?=[-*] |\d+\. )/).map((line) => {
      const [, mark, rest = ""] = /^([-*]|\d+\.) (.*)$/s.exec(line) ?? [];
      const html = styled(escapeHtml(mark === undefined ? line : rest));
      return mark === undefined ? html : `<span class="item">${/\d/.test(mark) ? mark : "•"} ${html}</span>`;
    });
    return stash.restore(lines.join("<br>"));
  }
}

const styled = (html: string): string =>
  html.replace(/(\*\*|__)(?=\S)(.+?)\1/g, "<b>$2</b>").replace(/(?<!\w)([*_])(?=[^\s*_])([^*_]+?)\1(?!\w)/g, "<i>$2</i>");

/** Runs have no markdown at all. */
function drawRun(value: Json): string {
  if (typeof value === "string") return escapeHtml(value);
  const run = objectOf(value);
  const html = `<span class="${classOf("tm-run", run)}">${escapeHtml(textOf(run.text)).replaceAll("\n", "<br>")}</span>`;
  return run.strikethrough === true ? `<s>${html}</s>` : run.italic === true ? `<i>${html}</i>` : html;
}

/** Class names from the properties that are words; only known shapes get through. */
function classOf(base: string, element: JsonObject): string {
  const words = ["style", "size", "weight", "color", "fontType", "horizontalAlignment"].flatMap((name) => {
    const word = textOf(element[name]).toLowerCase();
    return /^[a-z]+$/.test(word) ? [`${name.toLowerCase()}-${word}`] : [];
  });
  if (element.isSubtle === true) words.push("subtle");
  if (element.wrap === true) words.push("wrap");
  return [base, ...words].join(" ");
}
