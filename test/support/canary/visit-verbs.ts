// Every verb of the command line, run so that it says what it can.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { tocsin } from "../command-line.ts";
import type { Examples } from "./visit-api.ts";
import { wrongFiles } from "./visit-api.ts";
import type { Visits } from "./visits.ts";

/** One command line. `status`: 0 unless said. `paths`: it is to tell the configuration. */
interface Line {
  args: string[];
  status?: number;
  paths?: boolean;
}

/** Where things are: the relay's state, and a folder for the owner's files. */
export interface Folders {
  state: string;
  own: string;
}

/** Verbs that are not run here, and why. */
export const NOT_RUN: Readonly<Record<string, string>> = {
  tail: "goes on until it is interrupted: run as a process of its own",
  "secrets put": "sets a secret at Cloudflare",
  deploy: "deploys to Cloudflare",
  "migrations up": "has nothing to do here, and takes wrangler's time",
  "migrations down": "takes away what the search looks at",
  restore: "needs a relay that has nothing",
  open: "tells a code: see `secretsMade`",
  "tokens create": "tells a token: see `secretsMade`",
};

/** Has secrets made by the command line, which is to tell them once, and watches for them from then on. */
export async function secretsMade(visits: Visits, { state }: Folders): Promise<void> {
  const env = { TOCSIN_URL: visits.relay.url, TOCSIN_TOKEN: visits.admin };
  const token = await tocsin(["tokens", "create", "by-hand", "--role", "read", "--json"], env);
  visits.canaries.watch("a token by hand", String(JSON.parse(token.out).token).replace(/^.*_/, ""));
  const link = await tocsin(["open", "--json", "--local", "--persist-to", state]);
  visits.canaries.watch("the code of a link", new URL(JSON.parse(link.out).link).searchParams.get("code") ?? "");
}

/** Writes the owner's files and answers the command lines for each verb. */
export function verbs(visits: Visits, { alert, delivery }: Examples, { state, own }: Folders): Record<string, Line[]> {
  const { canaries, world } = visits;
  mkdirSync(own, { recursive: true });
  const file = (name: string, text: string): string => {
    writeFileSync(join(own, name), text);
    return join(own, name);
  };
  const config = file("tocsin.toml", world.config);
  const secrets = file(
    "secrets.env",
    Object.entries(world.secrets)
      .map(([name, value]) => `${name}=\`${value}\`\n`)
      .join(""),
  );
  const some = file("some.env", "OTHER=x\n");
  const sample = file("sample.json", world.posts.find(({ route, status }) => route === "probe" && status === 202)?.body ?? "");
  file("tocsin.test.toml", '[[test]]\nname = "probe"\nroute = "probe"\nexpect = [{ to = "box" }]\nevents = [{ sample = "sample.json" }]\n');
  const failing = file(
    "failing.test.toml",
    '[[test]]\nname = "x"\nroute = "probe"\nends = "silenced"\nevents = [{ sample = "sample.json" }]\n',
  );
  const wrong = wrongFiles(canaries.secret("a plain secret"), canaries.path("an id that is wrong")).map((text, index) =>
    file(`wrong-${index}.toml`, text),
  );
  const local = ["--local", "--persist-to", state];
  const line = (args: string, status = 0): Line => ({ args: args.split(" "), status });
  const told = (args: string): Line => ({ args: args.split(" "), paths: true });
  return {
    plan: [line(`plan ${config}`), line("plan"), { args: ["plan", config, ...local] }, ...wrong.map((path) => line(`plan ${path}`, 2))],
    apply: [line(`apply ${config}`), line(`apply ${config} --expect 0.0 --force`, 1)],
    export: [told("export"), told("export --json")],
    import: [line(`import ${config} --dry-run`)],
    revisions: [line("revisions"), told("revisions 1")],
    rollback: [line("rollback 1 --dry-run")],
    validate: [
      line(`validate ${config} --secrets ${secrets}`),
      line(`validate ${config} --secrets ${some}`, 2),
      ...wrong.map((path) => line(`validate ${path}`, 2)),
    ],
    try: [
      line(`try ${config} --sample ${sample} --route probe`),
      line(`try ${config} --sample ${sample} --route probe --secrets ${secrets} --json`),
    ],
    schema: [line("schema")],
    test: [line(`test ${config}`), line(`test ${failing} --config ${config}`, 1), line(`test ${config} --json`)],
    backtest: [line(`backtest ${config}`), line(`backtest ${config} --json --days 30`)],
    explain: [line(`explain ${alert}`), line(`explain ${alert} --json --file ${config}`)],
    "routes list": [line("routes list"), told("routes list --reveal"), { args: ["routes", "list", ...local] }],
    "routes show": [told("routes show by-header")],
    "routes add": [told("routes add --source sekoia --name fresh --to box --json")],
    "routes disable": [line("routes disable fresh")],
    "routes enable": [line("routes enable fresh")],
    "routes rotate": [told("routes rotate fresh --keep 1h --json")],
    "routes remove": [line("routes remove fresh --dry-run"), line("routes remove fresh --yes")],
    "rules list": [line("rules list"), line("rules list --route probe --json"), { args: ["rules", "list", ...local] }],
    "rules show": [line("rules show probe/everybody"), line("rules show probe/everybody --json")],
    "rules add": [line("rules add probe another --to box --first")],
    "rules duplicate": [line("rules duplicate probe/another --name more --set enabled=false --json")],
    "rules move": [line("rules move probe/more --last")],
    "rules disable": [line("rules disable probe/another")],
    "rules enable": [line("rules enable probe/another")],
    "rules remove": [
      line("rules remove probe/more --dry-run"),
      line("rules remove probe/another --yes"),
      line("rules remove probe/more --yes"),
    ],
    "routes validate": [line(`routes validate ${config}`)],
    "routes try": [line(`routes try ${config} --sample ${sample} --route probe`)],
    "routes apply": [line(`routes apply ${config}`)],
    "routes test": [line("routes test probe --dry-run"), line("routes test probe --dry-run --json")],
    "destinations list": [line("destinations list")],
    "destinations show": [line("destinations show webhook-takes"), line("destinations show webhook-takes --json")],
    "destinations add": [line("destinations add --type slack --name fresh --set url=secret:TAKES_SLACK")],
    "destinations remove": [line("destinations remove fresh --yes")],
    "destinations test": [line("destinations test webhook-refuses", 1), line("destinations test googlechat-takes --dry-run")],
    "secrets check": [line("secrets check"), line(`secrets check --secrets ${secrets}`), line(`secrets check --secrets ${some}`, 1)],
    "alerts search": [line("alerts search"), line("alerts search --json --limit 200")],
    "alerts show": [line(`alerts show ${alert} --all`), line(`alerts show ${alert} --json --payloads`)],
    "alerts acknowledge": [line(`alerts acknowledge ${alert}`)],
    "alerts resolve": [line(`alerts resolve ${alert} --comment done`)],
    "alerts comment": [line(`alerts comment ${alert} seen`)],
    books: [line("books"), line("books --json")],
    backlog: [line("backlog --all"), line("backlog --json")],
    "deliveries list": [line("deliveries list --state dead"), line("deliveries list --json --limit 500")],
    replay: [
      line(`replay ${delivery}`),
      line("replay --destination slack-refuses --dry-run"),
      line("replay --destination slack-refuses --yes"),
    ],
    log: [line("log"), line("log --json")],
    inbox: [line("inbox"), line("inbox --json")],
    audit: [line("audit --limit 500"), line("audit --csv")],
    "send-sample": [
      line(`send-sample --route probe --secrets ${secrets}`),
      line(`send-sample --route code --secrets ${secrets} --json`),
      line("send-sample --source ntopng --list"),
    ],
    "silences list": [line("silences list"), line("silences list --state ended --json")],
    "silences add": [
      line(`silences add --alert ${alert} --for 1s --comment known`),
      line("silences add --when alert.sttus --for 1h --comment x", 2),
    ],
    "silences end": [line("silences end none", 1)],
    "tokens list": [line("tokens list")],
    "tokens remove": [line("tokens remove nobody", 1)],
    erase: [line(`erase ${alert} --dry-run`)],
    doctor: [line("doctor", 1), line("doctor --json", 1)],
    "migrations status": [{ args: ["migrations", "status", ...local] }],
    backup: [line(`backup ${join(own, "backup")}`)],
    rebuild: [line("rebuild"), line("rebuild --json")],
  };
}

/** Runs one, and keeps what it prints. Answers what it ended with, if that is not as it should be. */
export async function runLine(visits: Visits, { args, status = 0, paths }: Line): Promise<string[]> {
  const env: Record<string, string> = args.includes("--local") ? {} : { TOCSIN_URL: visits.relay.url, TOCSIN_TOKEN: visits.admin };
  const ran = await tocsin(args, env);
  visits.keep(`tocsin ${args.join(" ")}`, `${ran.out}\n${ran.err}`, paths);
  return ran.status === status ? [] : [`tocsin ${args.join(" ")}: ${ran.status}\n${ran.out}${ran.err}`];
}

/** Every file below a folder. */
export const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) =>
    entry.isFile() ? [join(entry.parentPath, entry.name)] : [],
  );

/** A file as text, byte for byte. */
export const bytesOf = (path: string): string => readFileSync(path, "latin1");
