// Trace ids as the W3C's Trace Context has them: what ties the log lines of one event together, ours and the sender's.

// Later versions may say more behind the flags; this one may not.
const TRACE_PARENT = /^(?!ff)([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const NOTHING = /^0+$/;

/** The trace id of a `traceparent` header, or a fresh one where there is none that is valid: 32 hex digits. */
export function traceIdOf(header: string | null): string {
  const [, version, id = "", parent = "", , more] = header === null ? [] : (TRACE_PARENT.exec(header.trim()) ?? []);
  const valid = id !== "" && !NOTHING.test(id) && !NOTHING.test(parent) && (version !== "00" || more === undefined);
  return valid ? id : crypto.randomUUID().replaceAll("-", "");
}

/** The header that hands a trace on; each call is a step of its own in it. */
export const traceParent = (id: string): string => `00-${id}-${crypto.randomUUID().replaceAll("-", "").slice(0, 16)}-01`;
