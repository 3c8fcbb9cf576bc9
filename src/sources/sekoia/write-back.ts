// A status and a comment back to SEKOIA.IO. Paths: SEKOIA-IO/automation-library, Sekoia.io/sekoiaio/operation_center; actions:
// SEKOIA-IO/documentation, _shared_content/automate/actions.md.
import type { Status } from "../../alert.ts";
import { fail } from "../../outcome.ts";
import type { WriteBack } from "../source.ts";
import { isUuid } from "./payload.ts";
import type { SekoiaSettings } from "./settings.ts";

/** What moves an alert there. Nothing moves one back to Pending. */
const ACTIONS: Readonly<Record<Exclude<Status, "new">, string>> = {
  // Acknowledge
  in_progress: "937bdabf-6a08-434b-b6d3-d7447e4e452a",
  // Reject
  suppressed: "ade85d7b-7507-4026-bfc6-cc006d10ddac",
  // Close
  resolved: "1390be4e-ced8-4dd6-9bed-573471b235ab",
};

/** `author` of a comment has 32 characters at the most; the note names the person. */
const AUTHOR = "Tocsin";

/** Alerts alone: cases and reports are not ours to change. */
export const writeBack: WriteBack<SekoiaSettings> = {
  isWanted: ({ write_back }) => write_back === true,
  async write({ key, status, note }, api) {
    const uuid = key.startsWith("alert:") ? key.slice("alert:".length) : "";
    if (!isUuid(uuid)) return fail({ kind: "unsupported", detail: "only alerts are written back to SEKOIA.IO, and this is none" });
    if (status === "new") return fail({ kind: "unsupported", detail: "SEKOIA.IO has no action that takes an alert back to Pending" });
    if (status === undefined) return api.send("POST", `/v1/sic/alerts/${uuid}/comments`, { content: note, author: AUTHOR });
    return api.send("PATCH", `/v1/sic/alerts/${uuid}/workflow`, { action_uuid: ACTIONS[status], comment: note });
  },
};
