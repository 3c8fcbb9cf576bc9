// `tocsin books`: whether every event and every message is accounted for.
import { books as schema } from "../../src/admin/answers/counts.ts";
import { HEADINGS, withExamples } from "../frame/help.ts";
import type { Frame } from "../frame/program.ts";
import { bookLines } from "../views/books.ts";

/** Adds the verb. */
export function addBooks({ program, does }: Frame): void {
  const books = program
    .command("books")
    .summary("whether every event and message is accounted for")
    .description(
      "The books of all routes and destinations. Every event that came has one end, every message one state; the tables add up, and the first line says whether they do. Exit status 1 when they do not.",
    )
    .helpGroup(HEADINGS.inside);
  withExamples(books, ["books", "the tables"], ["books --json", "the same as JSON, for jq .balanced"]);
  does(books, async ({ api, out }) => {
    const answer = await (await api()).get("/books", schema);
    if (out.isJson) out.json(answer);
    else out.lines(bookLines(answer, out.width));
    return answer.balanced ? 0 : 1;
  });
}
