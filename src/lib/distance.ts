// How long something is ago or ahead, as people say it: on pages by the Worker, and by the browser while a page is open.

/** `3 min ago`, `in 2 h`. */
export function distance(ms: number): string {
  const length = lengthOf(Math.abs(ms));
  if (length === undefined) return ms < 0 ? "just now" : "now";
  return ms < 0 ? `${length} ago` : `in ${length}`;
}

/** `12 s`, `3 min`, `2 h`, `5 days`; undefined for less than two seconds. */
export function lengthOf(ms: number): string | undefined {
  const seconds = Math.floor(ms / 1_000);
  if (seconds < 2) return undefined;
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 48 * 3_600) return `${Math.floor(seconds / 3_600)} h`;
  return `${Math.floor(seconds / 86_400)} days`;
}
