// The configuration by way of the relay's admin API, which judges it as that relay does.
import * as z from "zod";
import { applied, placedProblem, plan, revisionPage } from "../../src/admin/answers/config.ts";
import { type Api, Problem, type Query } from "../frame/api.ts";
import { Failure, Refusal } from "../frame/errors.ts";
import { listingFrom } from "./api-listing.ts";
import { refusePlaced } from "./refuse.ts";
import type { Applied, ConfigStore, NamedText, Planned, Present, RevisionItem } from "./store.ts";

const wrongBody = z.object({ errors: z.array(placedProblem) });
const TOML = { "content-type": "application/toml" };

/** What the relay behind an API has. */
export function apiStore(api: Api): ConfigStore {
  const put = async ({ name, text }: NamedText, query: Query, headers: Record<string, string> = {}): Promise<string> =>
    (await named(name, api.call("PUT", "/config", { query, body: text, headers: { ...TOML, ...headers } }))).text;
  const planned = async (text: NamedText): Promise<Planned> => plan.parse(JSON.parse(await put(text, { dry_run: true })));
  const rollback = async (number: number, query: Query, headers: Record<string, string> = {}): Promise<string> =>
    (await named(`revision ${number}`, numbered(number, api.call("POST", `/config/revisions/${number}/rollback`, { query, headers }))))
      .text;
  const present = async (): Promise<Present> => {
    const { text, headers } = await api.call("GET", "/config");
    return { text, revision: Number(headers.get("tocsin-revision")), state: (headers.get("etag") ?? "").replaceAll('"', "") };
  };
  return {
    present,
    editable: async () => {
      const found = await present();
      if ((await planned({ name: "the configuration", text: found.text })).changes.length > 0)
        throw new Refusal("The configuration has plain secrets, which the API does not tell.", {
          hint: "Use --local in place of --url, or name the secrets in the file first.",
        });
      return found;
    },
    plan: planned,
    apply: async (text, { origin, seen }): Promise<Applied> => {
      const state = seen ?? (await planned(text)).state;
      return applied.parse(JSON.parse(await put(text, { origin }, { "if-match": `"${state}"` })));
    },
    listing: async ({ reveal }) => listingFrom(api, reveal),
    revisions: async (most): Promise<RevisionItem[]> =>
      (await api.list("/config/revisions", revisionPage, {}, most)).items as RevisionItem[],
    revision: async (number) => (await numbered(number, api.call("GET", `/config/revisions/${number}`))).text,
    planRollback: async (number) => plan.parse(JSON.parse(await rollback(number, { dry_run: true }))),
    rollBack: async (number, { seen }) =>
      applied.parse(JSON.parse(await rollback(number, {}, seen === undefined ? {} : { "if-match": `"${seen}"` }))),
  };
}

/** A configuration that the relay refuses is wrong at these lines. */
export async function named<Answer>(name: string, call: Promise<Answer>): Promise<Answer> {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const wrong = wrongBody.safeParse(error.body);
    if (wrong.success) throw refusePlaced(name, wrong.data.errors);
    if (error.code === 412)
      throw new Failure("The configuration is no longer the one that was planned with. Nothing was changed.", {
        hint: "Plan again, and look at what changed.",
        detail: { status: 412 },
      });
    throw error;
  }
}

async function numbered<Answer>(number: number, call: Promise<Answer>): Promise<Answer> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof Problem && error.code === 404)
      throw new Refusal(`There is no revision ${number}.`, { hint: "See: npx tocsin revisions" });
    throw error;
  }
}
