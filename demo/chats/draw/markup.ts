// What all drawings need: escaping, safe links, and a way to keep finished pieces of HTML out of reach of later replacements.
import type { Json } from "../../../src/alert.ts";
import { webAddress } from "../json.ts";

/** Text as HTML, also inside quoted attributes. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** A link if the address is http or https, else only its label. `label` is HTML. */
export function linkTo(url: Json | undefined, label: string, className = ""): string {
  const address = webAddress(url);
  if (address === undefined) return label;
  const style = className && ` class="${className}"`;
  return `<a${style} href="${escapeHtml(address)}" rel="noreferrer noopener" target="_blank">${label}</a>`;
}

/** A mention as chats draw it. */
export const mention = (text: string): string => `<span class="mention">${escapeHtml(text)}</span>`;

/** Time of day of this machine, HH:MM:SS, with the full time for those who point at it. */
export function clock(at: number): string {
  const time = new Date(at);
  return `<time datetime="${time.toISOString()}" title="${time.toISOString()}">${time.toTimeString().slice(0, 8)}</time>`;
}

/**
 * Finished pieces of HTML, each standing in the text as a number between two private characters. What is in here can be neither
 * escaped twice nor taken for markup.
 */
export class Stash {
  readonly #kept: string[] = [];

  /** The text without the private characters, so that nobody can forge a piece. */
  static clean(text: string): string {
    return text.replace(/[\uE000\uE001]/g, "");
  }
  put(html: string): string {
    this.#kept.push(html);
    return `\uE000${this.#kept.length - 1}\uE001`;
  }
  /** Puts all pieces back; pieces may hold pieces. */
  restore(html: string): string {
    const restored = html.replace(/\uE000(\d+)\uE001/g, (_, index: string) => this.#kept[Number(index)] ?? "");
    return restored.includes("\uE000") ? this.restore(restored) : restored;
  }
}
