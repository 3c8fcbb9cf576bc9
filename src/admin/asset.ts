// The files in `assets/`, which are made before (`npm run generate`) or written by hand, and need no place in the Worker. The platform
// hands them out to the Worker alone (`run_worker_first`): who may read them, its own endpoints and pages decide.
import type { Env } from "../env.ts";
import { etagOf, notModified } from "./etag.ts";

/** Answers with a file in `assets/`; 304 where the caller's copy is the newest. `headers` are the request's, `own` the answer's. */
export async function sendAsset({ ASSETS }: Pick<Env, "ASSETS">, name: string, headers: Headers, own: Record<string, string>) {
  // Of the address only the path counts.
  const answer = await ASSETS.fetch(`http://assets/${name}`);
  if (!answer.ok) throw new Error(`the static asset ${name} is missing: ${answer.status}`);
  // Not `text()`: a local runtime does not know what type of file it is, and would warn.
  const text = new TextDecoder().decode(await answer.arrayBuffer());
  const etag = etagOf(text);
  return notModified(headers, etag) ?? new Response(text, { headers: { ...own, etag } });
}
