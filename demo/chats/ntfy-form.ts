// What an ntfy server accepts as a JSON message, and the numbered errors that it answers with.
// Facts: binwiederhier/ntfy docs/publish.md ("Publish as JSON", "Limitations", "Updating + deleting notifications"), server/errors.go
// (codes and words), server/server.go (names of topics). Of the newer codes, 40049 is known from clients that met it; for a title or
// tags that are too long only the status 400 is documented.
import type { Json } from "../../src/alert.ts";
import { isObject, type JsonObject } from "./json.ts";

/** ntfy's limits; all but `actions` in bytes. */
export const NTFY_LIMITS = { message: 4096, title: 1024, tags: 512, actions: 3, body: 16_384 } as const;

/** An error as ntfy tells it. `code` begins with the HTTP status. */
export interface NtfyError {
  code: number;
  http: number;
  error: string;
  link?: string;
}

const DOCS = "https://ntfy.sh/docs/publish/";
const NAME = /^[-_A-Za-z0-9]{1,64}$/;
const RESERVED = ["docs", "static", "file", "app", "account", "settings", "signup", "login", "reset-password", "v1"];

/** An error by its code. */
export const ntfyError = (code: number, error: string, anchor = ""): NtfyError => ({
  code,
  http: Number(String(code).slice(0, 3)),
  error,
  ...(anchor && { link: `${DOCS}#${anchor}` }),
});

const bytes = (text: Json | undefined): number => (typeof text === "string" ? Buffer.byteLength(text) : 0);

/** What is wrong with a message, or undefined. Members that this version does not know are passed over, as ntfy's JSON reader does. */
export function ntfyProblem(message: JsonObject, { sequences }: { sequences: boolean }): NtfyError | undefined {
  const { topic, title, priority, tags, actions, click, sequence_id: sequence } = message;
  const strings = [topic, title, message.message, click].every((value) => value === undefined || typeof value === "string");
  const lists = [tags, actions].every((value) => value === undefined || Array.isArray(value));
  if (!strings || !lists || !(priority === undefined || typeof priority === "number"))
    return ntfyError(40017, "invalid request: request body must be message JSON", "publish-as-json");
  if (typeof topic !== "string" || !NAME.test(topic)) return ntfyError(40009, "invalid request: topic invalid");
  if (RESERVED.includes(topic)) return ntfyError(40010, "invalid request: topic name is not allowed");
  if (priority !== undefined && !(Number.isInteger(priority) && priority >= 0 && priority <= 5))
    return ntfyError(40007, "invalid priority parameter", "message-priority");
  if (bytes(title) > NTFY_LIMITS.title) return ntfyError(40000, "invalid request: title too long", "limitations");
  if (bytes(Array.isArray(tags) ? tags.join(",") : "") > NTFY_LIMITS.tags)
    return ntfyError(40000, "invalid request: tags too long", "limitations");
  if (sequences && sequence !== undefined && !(typeof sequence === "string" && NAME.test(sequence)))
    return ntfyError(40049, "invalid request: sequence ID invalid", "updating-deleting-notifications");
  return actionsProblem(Array.isArray(actions) ? actions : []);
}

function actionsProblem(actions: Json[]): NtfyError | undefined {
  const wrong = (why: string) => ntfyError(40018, `invalid request: actions invalid, ${why}`, "action-buttons");
  if (actions.length > NTFY_LIMITS.actions) return wrong("too many actions, only 3 supported");
  for (const action of actions) {
    if (!isObject(action) || !["view", "http", "broadcast", "copy"].includes(String(action.action))) return wrong("action unknown");
    if (typeof action.label !== "string" || action.label === "") return wrong("parameter 'label' is required");
    if (action.action === "view" && !(typeof action.url === "string" && URL.canParse(action.url)))
      return wrong("parameter 'url' is required for action 'view'");
  }
  return undefined;
}
