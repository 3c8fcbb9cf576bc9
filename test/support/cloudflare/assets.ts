// Static assets of a simulated Cloudflare: wrangler says which files there are, sends those that are not known yet, and names all of
// them in the upload of the Worker by a token.
import { randomUUID } from "node:crypto";

/** A file's hash by its path. */
type Manifest = Record<string, { hash: string; size: number }>;

/** What was uploaded, and for whom. */
export class Assets {
  readonly #files = new Map<string, Buffer>();
  readonly #manifests = new Map<string, Manifest>();

  /** Begins an upload: the token for its files, and the hashes of those that are wanted. */
  begin(manifest: Manifest): { jwt: string; buckets: string[][] } {
    const wanted = [...new Set(Object.values(manifest).map(({ hash }) => hash))].filter((hash) => !this.#files.has(hash));
    const jwt = `${part({ alg: "none" })}.${part({ id: randomUUID() })}.none`;
    this.#manifests.set(jwt, manifest);
    return { jwt, buckets: wanted.length > 0 ? [wanted] : [] };
  }

  /** Takes files, each in base64 under its hash; answers the token for the Worker, or undefined where nobody began. */
  async take(jwt: string, body: Buffer, contentType: string): Promise<string | undefined> {
    if (!this.#manifests.has(jwt)) return undefined;
    const form = await new Response(new Uint8Array(body), { headers: { "content-type": contentType } }).formData();
    for (const [hash, file] of form as unknown as Iterable<[string, string | Blob]>)
      this.#files.set(hash, Buffer.from(typeof file === "string" ? file : await file.text(), "base64"));
    return jwt;
  }

  /** The files by their paths; undefined where one of them never came. */
  of(jwt: string): Map<string, Buffer> | undefined {
    const found = Object.entries(this.#manifests.get(jwt) ?? {}).map(([path, { hash }]) => [path, this.#files.get(hash)] as const);
    return this.#manifests.has(jwt) && found.every(([, file]) => file !== undefined) ? new Map(found as [string, Buffer][]) : undefined;
  }
}

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
