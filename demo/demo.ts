// The demo around the relay: a simulated source API, simulated chats with their wall, and a configuration that names them.
// Everything is on this machine.
import { readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { styleText } from "node:util";
import type { Channel } from "./chats/channel.ts";
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
  /** The same as a dotenv file, for `npx tocsin send-sample`. */
  secretsPath: string;
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
const ROUTING_KEY = "de30".repeat(8);
const WALL_PORT = 8788;
/** The incident of the `curl` line; the script uses lower numbers. */
const ONE_MORE = 11;

/** Starts the simulations and writes the configuration. */
export async function startDemo({ directory, relayPort }: DemoOptions): Promise<Demo> {
  const api = await startSekoiaApi({ token: SEKOIA_TOKEN });
  const chats = await startChats({ port: WALL_PORT }).catch(() => startChats());
  const channels: Channels = {
    slack: chats.slackBot("soc-urgent"),
    discord: chats.discord("soc-all"),
    pagerduty: chats.pagerduty("oncall"),
    telegram: chats.telegram("duty-phone"),
    teams: chats.teams("network"),
    mail: await chats.mail("reports"),
    tickets: chats.webhook("tickets", { secret: TICKETS_SECRET }),
  };
  const url = `http://127.0.0.1:${relayPort}`;
  const configPath = join(directory, "tocsin.toml");
  const template = readFileSync(join(import.meta.dirname, "tocsin.toml"), "utf8");
  writeFileSync(configPath, filled(template, { relay: url, sekoia: api.url, ...settingsOf(channels) }));
  const samplePath = writeSample(directory, api);
  const secrets = secretsFor(channels);
  const secretsPath = join(directory, "secrets.env");
  writeFileSync(
    secretsPath,
    Object.entries(secrets)
      .map(([name, value]) => `${name}='${value}'\n`)
      .join(""),
    { mode: 0o600 },
  );
  return {
    relayPort,
    configPath,
    secrets,
    secretsPath,
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

/** Puts values in place of the names in `{{braces}}`. */
const filled = (template: string, values: Record<string, string>): string =>
  template.replace(/\{\{([a-z._]+)\}\}/g, (braces, name: string) => values[name] ?? braces);

/** What of the chats' settings is no secret: `slack.api`, `slack.channel`, ... */
function settingsOf(channels: Channels): Record<string, string> {
  const settings = Object.entries(channels).flatMap(([name, { destination }]: [string, Channel]) =>
    Object.entries(destination).map(([key, value]) => [`${name}.${key}`, String(value)]),
  );
  return Object.fromEntries(settings);
}

const secretsFor = ({ slack, discord, telegram, teams, tickets }: Channels): Record<string, string> => ({
  SLACK_BOT_TOKEN: String(slack.destination.token),
  SOC_DISCORD_URL: discord.url,
  PAGERDUTY_ROUTING_KEY: ROUTING_KEY,
  TELEGRAM_BOT_TOKEN: String(telegram.destination.token),
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
    `  ${title("Chat wall")}      ${address(chats.wallUrl)}   what the chats show, simulated`,
    `  ${title("Dashboard")}      ${address(signInLink)}`,
    "                 (the link signs in once, within 10 minutes)",
    `  ${title("Relay")}          ${address(url)}`,
    `  ${title("Configuration")}  ${relative(process.cwd(), configPath)}`,
    `  ${title("Terminal")}       npx tocsin tail --since 10m   in a second one, from this folder`,
    "",
    "In the next minute a SIEM and a network probe raise alerts. One comes twice,",
    "one while the SIEM's API hangs, one meets a chat that says 429, one gets worse,",
    "one is resolved. Watch the chat wall.",
    "",
    "To post one more (and again: it is recognised):",
    "",
    `  ${address(`curl -d @${samplePath} ${url}${HOOKS.sekoia}`)}`,
    "",
  ];
}
