// The way of every change of the configuration that is made here: what it would do is shown first, and applying it is another press. What was
// typed travels along, so that nothing is lost where it is refused.

import { registriesOf } from "../../admin/queries/config.ts";
import { applyEdit, type EditRefused, type Proposal, proposeEdit } from "../../admin/queries/editing.ts";
import type { ConfigRefusal } from "../../config/check.ts";
import { veil } from "../../config/veil.ts";
import type { NoticeName } from "../frame/notices.ts";
import type { Answer, Form } from "../frame/view.ts";
import { proposalPage, stalePage, wrongPage } from "./proposal-page.ts";

/** A change that somebody asked for. */
export interface Wish {
  /** What it is, as a heading: `Disable the rule urgent`. */
  title: string;
  /** The form that asks for it, to be sent once more. */
  again: { action: string; fields: [name: string, value: string][] };
  /** Where to change it first; absent: there is nothing to change about it. */
  edit?: { action: string; text: string; fields?: [name: string, value: string][] };
  /** Where it leads when it is not done, and mostly when it is. */
  back: { href: string; text: string };
  /** Where it leads when it is done, where that is another page. */
  done?: string;
  /** What to say there. */
  notice?: NoticeName;
}

/** The state that a form was made from. */
export const seenBy = (form: Pick<Form, "text">): string => form.text("state");

/**
 * Shows what a text would do in place of `before`, or applies it where the form says so. `wrong` makes the answer to a text that the relay
 * refuses; without it there is a page.
 */
export async function propose(
  form: Form,
  { before, after }: { before: string; after: string },
  wish: Wish,
  wrong?: (reason: ConfigRefusal) => Answer,
): Promise<Answer> {
  const { context } = form;
  const seen = seenBy(form);
  if (form.text("apply") !== "yes") {
    const proposed = await proposeEdit(context, after, seen);
    return proposed.ok ? shown(form, before, after, proposed.value, wish) : refused(form, before, after, proposed.reason, wish, wrong);
  }
  const applied = await applyEdit(context, after, { seen, evenIfLost: form.text("confirm") === "lost" });
  if (!applied.ok) return refused(form, before, after, applied.reason, wish, wrong);
  const { applied: isNew, revision } = applied.value;
  return {
    to: (isNew ? wish.done : undefined) ?? wish.back.href,
    notice: isNew ? (wish.notice ?? "applied") : "applied_nothing",
    counts: { revision },
  };
}

function refused(
  form: Form,
  before: string,
  after: string,
  reason: EditRefused,
  wish: Wish,
  wrong: ((reason: ConfigRefusal) => Answer) | undefined,
): Answer {
  switch (reason.kind) {
    case "stale":
      return {
        title: "Changed meanwhile",
        status: 409,
        page: stalePage({ seen: seenBy(form), present: reason.present, wish, now: form.now }),
      };
    case "wrong":
      return (
        wrong?.(reason.reason) ?? { title: "It cannot be applied", status: 422, page: wrongPage(reason.reason, veiled(form, after), wish) }
      );
    case "lost":
      return shown(form, before, after, reason.proposal, wish, 409);
  }
}

function shown(form: Form, before: string, after: string, proposal: Proposal, wish: Wish, status?: 409): Answer {
  const page = proposalPage({
    proposal,
    before: veiled(form, before),
    after: veiled(form, after),
    wish,
    seen: seenBy(form),
    now: form.now,
    isRefused: status === 409,
  });
  return { title: wish.title, status, page };
}

/** A text as it may be shown; none where it cannot be read. */
export const veiled = ({ context }: Pick<Form, "context">, text: string): string | undefined =>
  veil(text, registriesOf(context), { ids: true })?.text;
