// The page where the whole text is edited. What was typed stays, whatever is wrong with it.
import { html } from "hono/html";
import type { PlacedProblem } from "../../config/toml.ts";
import type { Html } from "../frame/parts.ts";
import { problemsView } from "./parts.ts";
import { hiddenFields } from "./proposal-page.ts";

/** What is edited. `state`: the one that it is to replace; `hasIds`: ids of routes stand in it as they are. */
export interface Edited {
  text: string;
  state: string;
  hasIds: boolean;
  problems?: readonly PlacedProblem[];
}

/** The page. */
export const editPage = ({ text, state, hasIds, problems = [] }: Edited): Html => html`<h1>Edit the configuration</h1>
  ${problems.length > 0 ? html`<div class="note bad" role="alert"><p>Nothing was changed: the text is wrong here.</p>${problemsView(problems, text)}</div>` : ""}
  <form method="post" action="/configuration/plan" class="stack tight">
    ${hiddenFields([["state", state], ...(hasIds ? [["ids", "shown"] as const] : [])])}
    <label>The text, in TOML<textarea name="text" class="code" rows="32" spellcheck="false" autocapitalize="off" autocomplete="off" wrap="off" aria-describedby="about-text">${text}</textarea></label>
    <p class="soft small" id="about-text">${hasIds ? "The ids of routes stand in it as they are: they are credentials. " : "Ids of routes stand as “(hidden: the id of …)”; leave those words, and they stay. "}Plain secrets stay hidden. What keys there are: the schema at <a href="/api/config/schema">/api/config/schema</a>.</p>
    <div class="buttons">
      <button class="main">Show what it would change</button>
      ${hasIds ? "" : html`<button formaction="/configuration/edit" name="ids" value="shown">Show the ids</button>`}
      <a class="button" href="/configuration">Leave it as it is</a>
    </div>
  </form>`;
