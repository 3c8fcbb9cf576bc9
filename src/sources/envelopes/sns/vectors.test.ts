// Every vector that a `vectors.json` lists, in the folder that SNS_VECTORS names; else in our own fixtures. The file:
//   certificate                   file with the PEM of the key that signed
//   certificate_url_in_messages   where the messages say it is (for people; a vector may say otherwise)
//   topic_arn                     the topic that the route takes
//   vectors[].file, valid, why    a body as posted, and whether it must be taken
//   vectors[].canonical_string    what was signed
// A vector may have its own `certificate` and `topic_arn`.
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { Json } from "../../../alert.ts";
import { parseJson } from "../../../lib/json.ts";
import { readEnvelope, signedText } from "./envelope.ts";
import { readSns } from "./message.ts";
import { verifySns } from "./verify.ts";

interface Vector {
  file: string;
  valid: boolean;
  why?: string;
  canonical_string?: string;
  certificate?: string;
  topic_arn?: string;
}
interface Vectors {
  certificate: string;
  topic_arn: string;
  vectors: Vector[];
}

// By `href`, because the types of Node and of Workers disagree about `URL`.
const ownFolder = fileURLToPath(new URL("./fixtures/", import.meta.url).href);
const folder = process.env.SNS_VECTORS ? resolve(process.env.SNS_VECTORS) : ownFolder;
const read = (name: string): Buffer => readFileSync(join(folder, name));
const all: Vectors = JSON.parse(read("vectors.json").toString("utf8"));

/** What the network would see: the certificate is anywhere, so that nothing but our own rules keeps a stranger's out. */
async function verify(vector: Vector, body: Json): Promise<{ proved: string; asked: string[] }> {
  const asked: string[] = [];
  const certificate = read(vector.certificate ?? all.certificate).toString("utf8");
  const means = {
    document: (url: string, fits: (text: string) => boolean = () => true) => {
      asked.push(url);
      return Promise.resolve(fits(certificate) ? certificate : undefined);
    },
  };
  const settings = { topic_arns: [vector.topic_arn ?? all.topic_arn] };
  return { proved: await verifySns({ headers: new Headers(), body, at: Date.now() }, settings, means), asked };
}

describe(`the vectors of ${process.env.SNS_VECTORS ?? "our own"}`, () => {
  test("are there", () => expect(all.vectors.length).toBeGreaterThan(0));

  test.each(all.vectors.map((vector) => [vector.file, vector] as const))("%s", async (file, vector) => {
    const body = parseJson(new Uint8Array(read(file)));
    if (!body.ok) return expect(vector.valid, body.reason).toBe(false);
    const { proved, asked } = await verify(vector, body.value);
    expect(proved === "right", `${vector.why ?? ""} (it was ${proved})`).toBe(vector.valid);
    for (const url of asked) expect(url).toMatch(/^https:\/\/sns\.[a-z0-9-]+\.amazonaws\.[a-z.]+\/[\w-]+\.pem$/);
    if (!vector.valid) return;
    const envelope = readEnvelope(body.value);
    if (vector.canonical_string !== undefined) expect(envelope && signedText(envelope)).toBe(vector.canonical_string);
    // A genuine envelope is understood as one, whatever its message is.
    expect(readSns(body.value, { topic_arns: [vector.topic_arn ?? all.topic_arn] }).ok).toBe(true);
  });
});
