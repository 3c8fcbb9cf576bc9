// Of what messages die, and what to do before they are sent again.
import { own } from "../../lib/own.ts";
import type { DeadReason } from "../../outcome.ts";

const REPAIR_ADDRESS = "Put its address or its rights in order first: else this happens again.";
const SAME_MESSAGE = "It refused the message itself. The alert's latest version goes, which it may refuse again.";

const BEFORE: Record<DeadReason, string> = {
  too_large: SAME_MESSAGE,
  invalid_payload: SAME_MESSAGE,
  refused_content: SAME_MESSAGE,
  revoked: REPAIR_ADDRESS,
  not_found: REPAIR_ADDRESS,
  forbidden: REPAIR_ADDRESS,
  misconfigured: "Put its settings in order first: else this happens again.",
  destination_removed: "The destination is not in the configuration any more: put it back first.",
  erased: "These alerts were erased: nothing is left to be sent.",
  gave_up: "It failed for three days. See first that it answers again: test it.",
};

/** Every reason, to choose from. */
export const DEAD_REASONS: readonly string[] = Object.keys(BEFORE);

/** What to look at before these are replayed; undefined for a reason that is not known. */
export const beforeReplay = (reason: string): string | undefined => own(BEFORE, reason);
