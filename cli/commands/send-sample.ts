// `tocsin send-sample`: a sample of a source, posted as its vendor would.
import * as z from "zod";
import { Failure, Refusal } from "../frame/errors.ts";
import { HEADINGS, withExamples } from "../frame/help.ts";
import { faint, good, type Paint, strong, warn } from "../frame/paint.ts";
import type { Frame } from "../frame/program.ts";
import type { Run } from "../frame/run.ts";
import { addressOf } from "../frame/target.ts";
import { plural } from "../views/words.ts";

interface Options {
  source?: string;
  route?: string;
  sample?: string;
  secrets?: string;
  list?: boolean;
}

const accepted = z.object({
  accepted: z.number(),
  duplicate: z.number(),
  test: z.number(),
  ignored: z.number(),
  results: z.array(
    z.object({ event: z.string().nullable(), alert: z.string().nullable(), outcome: z.string(), reason: z.string().optional() }),
  ),
});
const problem = z.object({ detail: z.string() });

/** Adds the verb. */
export function addSendSample({ program, does }: Frame): void {
  const send = program
    .command("send-sample")
    .summary("post a sample as a vendor would")
    .description(
      "Posts a sample of a source to a route's address, as its vendor would, with the proof that the route asks for where its secrets are known: from --secrets, the file that the relay was started with, .dev.vars or the environment. It is no test alert: it goes where the rules say.",
    )
    .option("--source <name>", "the source, where it has one route")
    .option("--route <name>", "the route")
    .option("--sample <name>", "which sample; without it, a plain one that the route reads as an alert")
    .option("--secrets <file>", "a dotenv file with the secrets that the route's proof needs")
    .option("--list", "only list the samples of a source")
    .helpGroup(HEADINGS.repair);
  withExamples(
    send,
    ["send-sample --source ntopng", "one alert of ntopng"],
    ["send-sample --source ntopng --list", "which samples there are"],
    ["send-sample --route sekoia-prod --sample webhook-alert-updated-urgency", "a chosen one to a chosen route"],
  );
  does<[], Options>(send, async (run, options) => {
    if (options.source === undefined && options.route === undefined) throw new Refusal("Which one? Give --source NAME or --route NAME.");
    if (options.list) await listSamples(run, options);
    else await sendSample(run, options);
  });
}

async function listSamples({ out }: Run, { source }: Options): Promise<void> {
  const { registries } = await import("../registries.ts");
  const { samplesOf } = await import("../sample/samples.ts");
  if (source === undefined || !registries.sources.has(source))
    throw new Refusal(`There is no source ${source ?? "without --source"}.`, {
      hint: `There are: ${[...registries.sources.keys()].join(", ")}.`,
    });
  const names = samplesOf(source).map(({ name }) => name);
  if (out.isJson) out.json({ source, samples: names });
  else out.lines(names);
}

async function sendSample(run: Run, { source, route: name, sample: wanted, secrets }: Options): Promise<void> {
  // The adapters take a moment to load, and no other verb needs them.
  const [{ registries }, { bestSample, samplesOf }, { proved }, { routeFor }, { secretsAtHand }] = await Promise.all([
    import("../registries.ts"),
    import("../sample/samples.ts"),
    import("../sample/prove.ts"),
    import("../sample/route.ts"),
    import("../sample/secrets.ts"),
  ]);
  const { terminal, out } = run;
  const relay = await run.relay();
  const url = relay.kind === "local" ? addressOf(relay) : relay.kind === "url" ? relay.url : (await run.api()).url;
  const route = await routeFor(run, { source, route: name });
  const adapter = registries.sources.get(route.source);
  if (adapter === undefined) throw new Failure(`The route ${route.name} is of a source ${route.source}, which this version does not know.`);
  const samples = samplesOf(route.source);
  const sample = wanted === undefined ? bestSample(samples, route, terminal.now()) : samples.find((one) => one.name === wanted);
  if (sample === undefined)
    throw new Refusal(
      wanted === undefined
        ? `No sample of ${adapter.label} is one that the route ${route.name} reads as an alert.`
        : `There is no sample ${wanted}.`,
      {
        hint: `See: npx tocsin send-sample --source ${route.source} --list`,
      },
    );
  const request = proved(route, adapter, sample.text, secretsAtHand(relay, secrets, terminal.env), terminal.now());
  if (!request.ok)
    throw new Failure(request.reason, { hint: "Give the secrets with --secrets FILE, or try the rules with `npx tocsin routes test`." });
  const answer = await post(`${url}/hooks/${route.id}`, request.value, route.name);
  if (out.isJson) return out.json({ route: route.name, sample: sample.name, ...answer });
  out.lines(answerLines(route.name, sample.name, answer));
}

type Accepted = z.output<typeof accepted>;

/** No error may hold the address: it is a credential. */
async function post(
  address: string,
  { body, headers }: { body: string; headers: Record<string, string> },
  route: string,
): Promise<Accepted> {
  const answer = await fetch(address, {
    method: "POST",
    body,
    headers: { "content-type": "application/json", ...headers },
    redirect: "manual",
  }).catch(() => {
    throw new Failure(`The relay does not take requests at the moment; the sample for ${route} was not sent.`);
  });
  const text = await answer.text();
  const parsed = accepted.safeParse(jsonOf(text));
  if (answer.status === 202 && parsed.success) return parsed.data;
  const told = problem.safeParse(jsonOf(text));
  throw new Failure(`The route ${route} answered ${answer.status}${told.success ? `: ${told.data.detail}` : "."}`, {
    hint: "The reason stands in the log: npx tocsin log --outcome refused --limit 1",
  });
}

function answerLines(route: string, sample: string, { accepted: taken, duplicate, test, ignored, results }: Accepted): Paint[] {
  const counts = [
    ...(taken > 0 ? [good(`${plural(taken, "event")} accepted`)] : []),
    ...(duplicate > 0 ? [warn(`${plural(duplicate, "copy", "copies")} recognised: this sample was sent before`)] : []),
    ...(test > 0 ? ["taken as the vendor's test message"] : []),
    ...(ignored > 0 ? [`${plural(ignored, "entry", "entries")} ignored`] : []),
  ].flatMap((piece, index) => (index === 0 ? [piece] : [", ", piece]));
  const alerts = [...new Set(results.flatMap(({ alert }) => alert ?? []))];
  return [
    [strong(sample), " to ", strong(route), ": ", ...counts, "."],
    ...alerts.map((id): Paint => [faint("  npx tocsin alerts show "), id]),
  ];
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
