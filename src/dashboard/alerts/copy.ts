import { html } from "hono/html";
import type { Html } from "../frame/parts.ts";

/** A button that copies a text, for whoever has the script. `what` is for those who hear the page. */
export const copyButton = (text: string, what: string): Html =>
  html`<button type="button" class="quiet slim" hidden data-copy="${text}" aria-label="Copy ${what}">Copy</button>`;
