import { expect, test } from "vitest";
import type { Change } from "../../alert.ts";
import { changesList } from "./changes.ts";

test("a person's own change is told in words: the status once, the comment as the chats tell it", () => {
  const comment = { author: "ana", text: "<b>looking</b> at it", at: "2026-11-21T13:00:00.000Z" };
  const fields: Change["fields"] = {
    status: { before: "new", after: "in_progress" },
    status_label: { before: "new", after: "in_progress" },
    "data.comment": { before: null, after: comment },
  };
  const page = String(changesList({ kind: "updated", fields, added: {}, removed: {} }));
  expect(page.match(/<li>/g)).toHaveLength(2);
  expect(page).toContain("<li>Comment by ana: &lt;b&gt;looking&lt;/b&gt; at it</li>");
});

test("what the source calls a status is told where it says more", () => {
  const fields: Change["fields"] = {
    status: { before: "new", after: "resolved" },
    status_label: { before: "Pending", after: "Closed" },
  };
  expect(String(changesList({ kind: "resolved", fields, added: {}, removed: {} }))).toContain("<ins>Closed</ins>");
});
