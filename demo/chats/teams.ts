// A Teams flow behind "When a Teams webhook request is received": 202 with no body, whatever becomes of the card afterwards.
// Facts: learn.microsoft.com webhooks-and-connectors; size refused inside the flow: MicrosoftDocs/msteams-docs issue 11274; missing
// attachments: polymind-inc/acmebot issue 869; address without signature: ericferon/glpi-webhook issue 51; without version:
// caronc/apprise issue 1161. A wrong signature and a deleted flow are answered as a Logic App would; that was not observed.
import { waitWords } from "./faults.ts";
import { isObject, type JsonObject, objectOf, parseJson, stableId } from "./json.ts";
import { cardProblem } from "./teams-form.ts";
import { cardPings } from "./teams-pings.ts";
import type { Chat, Incoming, Reply, Rules } from "./types.ts";

/** `shape`: what the flow posts: the cards of the `attachments` (the template's way), or the body itself (a hand-made flow). */
export interface TeamsSettings {
  shape?: "envelope" | "card";
}

/** Size of the message properties that Teams takes, and how much bigger they are than the request (24,453 bytes became 28,897). */
export const TEAMS_LIMITS = { propertyBytes: 28_672, growth: 1.18 } as const;

const CARD_TYPE = "application/vnd.microsoft.card.adaptive";
const FLOW = /^(?:\/powerautomate\/automations\/direct(?:\/cu\/[\w-]+)?)?\/workflows\/([\w-]+)\/triggers\/manual\/paths\/invoke\/?$/;

const refused = (status: number, code: string, message: string): Reply => ({
  status,
  headers: { "content-type": "application/json; charset=utf-8" },
  body: JSON.stringify({ error: { code, message } }),
  words: code,
});

/** Microsoft Teams, by a Workflows address. */
export const teamsChat: Chat<TeamsSettings> = {
  kind: "teams",
  address: (name) =>
    `/workflows/${stableId(32, "teams", name).toLowerCase()}/triggers/manual/paths/invoke` +
    `?api-version=1&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=${stableId(43, "teams signature", name)}`,
  key(pathname) {
    const found = FLOW.exec(pathname);
    return found ? `/workflows/${found[1]}` : undefined;
  },
  open(channel, settings, world): Rules {
    const signature = new URL(channel.url).searchParams.get("sig");
    let runs = 0;
    const accepted = (): Reply => {
      runs += 1;
      return { status: 202, headers: { "x-ms-workflow-run-id": stableId(20, channel.name, String(runs)) }, body: "" };
    };
    const show = (request: Incoming, index: number, card: JsonObject, hidden?: string): void => {
      const pings = hidden === undefined ? cardPings(card) : [];
      const id = `${Math.trunc(request.at)}-${runs}-${index}`;
      channel.post({ id, at: request.at, body: card, raw: request.bodyText, pings, ...(hidden !== undefined && { hidden }) });
    };
    return {
      take(request) {
        if (request.method !== "POST") return refused(405, "MethodNotAllowed", "The request method is not allowed.");
        if (world.light) {
          channel.post({ id: String(runs), at: request.at, body: null, raw: request.bodyText });
          return accepted();
        }
        const unauthorised = addressProblem(request, signature);
        if (unauthorised) return unauthorised;
        const body = parseJson(request.bodyText);
        if (body === undefined) return refused(400, "InvalidRequestContent", "The request content is not valid JSON.");
        const reply = accepted();
        const bytes = Math.ceil(Buffer.byteLength(request.bodyText) * TEAMS_LIMITS.growth);
        const tooBig =
          bytes > TEAMS_LIMITS.propertyBytes ? `message properties of ${bytes} bytes, at most ${TEAMS_LIMITS.propertyBytes}` : undefined;
        const cards = cardsOf(objectOf(body), settings.shape ?? "envelope");
        for (const [index, { card, problem }] of cards.entries()) show(request, index, card, tooBig ?? problem);
        const hidden = tooBig ?? cards.find(({ problem }) => problem)?.problem;
        return { ...reply, words: hidden && `accepted, not shown: ${hidden}` };
      },
      refusal(status, afterSeconds) {
        if (status !== 429) return refused(status, status >= 500 ? "InternalServerError" : "BadRequest", "The request failed.");
        const wait = Math.ceil(afterSeconds ?? 1);
        const reply = refused(429, "TooManyRequests", "Rate limit is exceeded. Try again later.");
        return { ...reply, headers: { ...reply.headers, "retry-after": String(wait) }, words: waitWords(429, wait) };
      },
      gone: () => refused(404, "WorkflowNotFound", "The workflow could not be found."),
    };
  },
};

function addressProblem(request: Incoming, signature: string | null): Reply | undefined {
  if (!request.query.has("api-version"))
    return refused(400, "MissingApiVersionParameter", "The api-version query parameter (?api-version=) is required for all requests.");
  // A channel that came to be by its address alone has the signature of its first request, or takes any if that had none.
  const given = request.query.get("sig");
  if (given !== null && (given === signature || signature === null)) return undefined;
  return refused(401, "DirectApiAuthorizationRequired", "The request must be authenticated only by Shared Access scheme.");
}

/** The template posts each attachment as a message of its own; what it cannot post shows only in the flow's run history. */
function cardsOf(body: JsonObject, shape: "envelope" | "card"): { card: JsonObject; problem?: string | undefined }[] {
  if (shape === "card") return [{ card: body, problem: cardProblem(body) }];
  if (!Array.isArray(body.attachments) || body.attachments.length === 0)
    return [{ card: body, problem: "'attachments' is missing, so Send_each_adaptive_card has nothing to send" }];
  return body.attachments.map((value) => {
    const { contentType, content } = objectOf(value);
    if (contentType !== CARD_TYPE) return { card: body, problem: `an attachment is not ${CARD_TYPE}` };
    return { card: isObject(content) ? content : body, problem: cardProblem(content) };
  });
}
