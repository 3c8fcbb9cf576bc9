// The demo around the relay: a simulated source API, simulated chats with their wall, and a configuration that names them.
// Everything is on this machine.
import { readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { styleText } from "node:util";
import { type Chats, startChats } from "./chats/server.ts";
import { type Channels, play, type Stage } from "./script.ts";
import { type SekoiaApi, startSekoiaApi } from "./sekoia-api.ts";
import { createdThin, incident } from "./sekoia-samples.ts";

/** Where the demo keeps its files, and where its relay will be. */
export interface DemoOptions {
  directory: string;
  relayPort: number;
}

/** The running surroundings of the relay. */
export interface Demo {
  relayPort: number;
  configPath: string;
  secrets: Record<string, string>;
  /** What a person is told before anything happens. */
  summary(signInLink: string): string[];
  /** Plays the script; ends with it. */
  play(relay: { url: string; adminToken: string; say: (line: string) => void }): Promise<void>;
  stop(): Promise<void>;
}

/** The paths of the two hooks, as in tocsin.toml. */
const HOOKS = {
  sekoia: "/hooks/4ad4bd0e-cbd2-4a2b-8a3b-6d7c6e2f9a11",
  ntopng: "/hooks/0b9d6c1e-4a52-4d43-9f0e-3f5d1b1a7c22",
} as const;
const NTOPNG_SECRET = "demo-shared-secret";
const TICKETS_SECRET = `whsec_${Buffer.from("a signing key for the demo only").toString("base64")}`;
const SEKOIA_TOKEN = "demo-api-key";
const WALL_PORT = 8788;
/** The incident of the `curl` line; the script uses lower numbers. */
const ONE_MORE = 11;

/** Starts the simulations and writes the configuration. */
export async function startDemo({ directory, relayPort }: DemoOptions): Promise<Demo> {
  const api = await startSekoiaApi({ token: SEKOIA_TOKEN });
  const chats = await startChats({ port: WALL_PORT }).catch(() => startChats());
  const channels: Channels = {
    slack: chats.slack("soc-urgent"),
    discord: chats.discord("soc-all"),
    teams: chats.teams("network"),
    tickets: chats.webhook("tickets", { secret: TICKETS_SECRET }),
  };
  const url = `http://127.0.0.1:${relayPort}`;
  const configPath = join(directory, "tocsin.toml");
  const template = readFileSync(join(import.meta.dirname, "tocsin.toml"), "utf8");
  writeFileSync(configPath, template.replace("{{relay}}", url).replace("{{sekoia}}", api.url));
  const samplePath = writeSample(directory, api);
  return {
    relayPort,
    configPath,
    secrets: secretsFor(channels),
    summary: (signInLink) => summary({ url, chats, signInLink, configPath, samplePath }),
    play: ({ adminToken, say }) => {
      const stage: Stage = { url, adminToken, say, hooks: HOOKS, ntopngSecret: NTOPNG_SECRET, api, channels };
      return play(stage);
    },
    stop: async () => {
      await Promise.all([api.close(), chats.close()]);
    },
  };
}

const secretsFor = ({ slack, discord, teams, tickets }: Channels): Record<string, string> => ({
  SOC_SLACK_URL: slack.url,
  SOC_DISCORD_URL: discord.url,
  NETWORK_TEAMS_URL: teams.url,
  TICKETS_URL: tickets.url,
  TICKETS_SECRET,
  SEKOIA_TOKEN,
  NTOPNG_SHARED_SECRET: NTOPNG_SECRET,
});

/** The notification of one more alert, in the vendor's documented form, for `curl`. */
function writeSample(directory: string, api: SekoiaApi): string {
  const more = incident(ONE_MORE, "one more", Date.now());
  api.put(more.alert);
  const path = join(directory, "one-more-alert.json");
  writeFileSync(path, `${JSON.stringify(createdThin(more), null, 2)}\n`);
  return relative(process.cwd(), path);
}

interface Addresses {
  url: string;
  chats: Chats;
  signInLink: string;
  configPath: string;
  samplePath: string;
}

function summary({ url, chats, signInLink, configPath, samplePath }: Addresses): string[] {
  const title = (text: string): string => styleText("bold", text);
  const address = (text: string): string => styleText("cyan", text);
  return [
    "",
    `${title("Tocsin")}, the demo. Everything runs on this machine; Ctrl-C ends it.`,
    "",
    `  ${title("Chat wall")}      ${address(chats.wallUrl)}   what Slack, Discord, Teams and a ticket system would show`,
    `  ${title("Dashboard")}      ${address(signInLink)}   signs in once, within 10 minutes`,
    `  ${title("Relay")}          ${address(url)}`,
    `  ${title("Configuration")}  ${relative(process.cwd(), configPath)}`,
    "",
    "In the next minute a SIEM and a network probe raise alerts. One comes twice, one while the SIEM's API hangs, one meets a chat",
    "that says 429, one gets worse, one is resolved. Watch the chat wall. To post one more (and again: it is recognised):",
    "",
    `  ${address(`curl -d @${samplePath} ${url}${HOOKS.sekoia}`)}`,
    "",
  ];
}
