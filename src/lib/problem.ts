// Errors as RFC 9457 problem documents. What a sender is told is poor on purpose; the log has the reason.

/** Members of a problem besides its status and its sentence. `retryAfter` in seconds. */
export interface ProblemExtras {
  where?: string;
  /** Every error of a body that may have several. */
  errors?: readonly object[];
  retryAfter?: number;
  headers?: Record<string, string>;
}

const TITLES: Record<number, string> = {
  200: "OK",
  201: "Created",
  204: "Done, nothing to tell",
  400: "Bad request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not found",
  405: "Method not allowed",
  409: "Conflict",
  412: "Precondition failed",
  413: "Body too large",
  415: "Unsupported media type",
  422: "Unexpected content",
  429: "Too many requests",
  500: "Internal error",
  503: "Try again",
};

/** A status in words. */
export const titleOf = (status: number): string => TITLES[status] ?? "Error";

/** A problem document as a response. */
export function problem(status: number, detail: string, extras: ProblemExtras = {}): Response {
  const headers: Record<string, string> = { "content-type": "application/problem+json", ...extras.headers };
  if (extras.retryAfter !== undefined) headers["retry-after"] = String(extras.retryAfter);
  const body = {
    type: "about:blank",
    title: titleOf(status),
    status,
    detail,
    ...(extras.where ? { where: extras.where } : {}),
    ...(extras.errors ? { errors: extras.errors } : {}),
  };
  return new Response(JSON.stringify(body), { status, headers });
}

/** A problem that is logged before it is answered. */
export class ProblemAnswer {
  readonly status: number;
  readonly where: string | undefined;
  readonly #detail: string;
  readonly #extras: ProblemExtras;

  constructor(status: number, detail: string, extras: ProblemExtras = {}) {
    this.status = status;
    this.where = extras.where;
    this.#detail = detail;
    this.#extras = extras;
  }

  response(): Response {
    return problem(this.status, this.#detail, this.#extras);
  }
}

/** One and the same answer for an unknown route, a disabled one and what is no UUID. */
export const notFound = (): Response => problem(404, "There is no such route.");
export const methodNotAllowed = (): Response => problem(405, "A hook takes POST only.", { headers: { allow: "POST" } });
/** One text for every cause. */
export const unauthorized = (): ProblemAnswer => new ProblemAnswer(401, "The request did not prove who sent it.");
