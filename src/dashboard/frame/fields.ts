// Fields of forms that several areas share.
import { html } from "hono/html";
import { momentOf } from "../../admin/params.ts";
import type { Html } from "./parts.ts";

/** A time in UTC to choose, as it stands in the address; what is no time is left out. */
export const momentField = (name: string, label: string, value: string | null): Html =>
  html`<label>${label}<input type="datetime-local" name="${name}" value="${localTime(value)}"></label>`;

/** A time as such a field takes it: UTC without saying so. */
export const localTime = (time: string | null): string => momentOf(time ?? "")?.replace(/(:00)?\.\d+Z$/, "") ?? "";

/** Text to choose by, with those that are likely. */
export const suggestField = (name: string, label: string, value: string | null, likely: readonly string[]): Html =>
  html`<label>${label}<input name="${name}" value="${value ?? ""}" list="${name}-likely" autocomplete="off" spellcheck="false"></label>
    <datalist id="${name}-likely">${likely.map((one) => html`<option value="${one}"></option>`)}</datalist>`;

/** Several names to choose, each with a box of its own. */
export const choices = (name: string, legend: string, options: readonly string[], chosen: readonly string[]): Html =>
  html`<fieldset class="picks"><legend>${legend}</legend>${options.map(
    (option) =>
      html`<label class="choice"><input type="checkbox" name="${name}" value="${option}"${chosen.includes(option) ? html` checked` : ""}>${option}</label>`,
  )}</fieldset>`;
