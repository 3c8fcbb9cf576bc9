// An independent opinion on addresses: what people paste from a vendor's page is taken by our settings and by Apprise, and what
// is broken is refused by both. All addresses are invented; nothing is sent.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { destinations } from "../../src/destinations/index.ts";
import { describeReal, PYTHON, REAL } from "../support/real.ts";

interface Case {
  name: string;
  type: string;
  settings: Record<string, unknown>;
  /** Apprise's word for the service; an older Apprise that does not know it has no opinion. */
  service: string;
  /** The same as an address that Apprise takes: the vendor's own where it reads those, else its own form. */
  address: string;
}

const SLACK = "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX";
const DISCORD_TOKEN = "xGxG-3XcRb_0aA1bB2cC3dD4eE5fF6gG7hH8iI9jJ0kK1lL2mM3nN4oO5pP6qQ7rR8sS";
const CHAT = "https://chat.googleapis.com/v1/spaces/AAAAabcdEFG";
const FLOW =
  "https://prod-12.westeurope.logic.azure.com:443/workflows/0123456789abcdef0123456789abcdef/triggers/manual/paths/invoke?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=abcDEF0123456789_abcDEF0123456789-abcDEF0123";
const BOT = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0";
const KEY = "0123456789abcdef0123456789abcdef";

/** The vendor's address as it is pasted, for both. */
const pasted = (name: string, type: string, service: string, url: string): Case => ({
  name,
  type,
  service,
  settings: { url },
  address: url,
});

const TAKEN: Case[] = [
  pasted("Slack webhook", "slack", "slack", SLACK),
  pasted("Discord webhook", "discord", "discord", `https://discord.com/api/webhooks/100000000000000001/${DISCORD_TOKEN}`),
  pasted("Discord webhook, old name", "discord", "discord", `https://discordapp.com/api/webhooks/100000000000000001/${DISCORD_TOKEN}`),
  pasted(
    "Google Chat webhook",
    "googlechat",
    "gchat",
    `${CHAT}/messages?key=AIzaSyA0123456789abcdefghijklmnopqrstuv&token=AbCdEf-0123456789_xyz%3D`,
  ),
  pasted("Teams workflow", "teams", "workflows", FLOW),
  {
    name: "Mattermost webhook",
    type: "mattermost",
    service: "mmosts",
    settings: { url: "https://chat.example.com/hooks/xj7yq8w1ifdz5kg3m4n6p9rstu" },
    address: "mmosts://chat.example.com/hooks/xj7yq8w1ifdz5kg3m4n6p9rstu",
  },
  {
    name: "Slack bot token",
    type: "slack-bot",
    service: "slack",
    settings: { token: "xoxb-1234567890-1234567890123-AbCdEfGhIjKlMnOpQrStUvWx", channel: "C0123456789" },
    address: "slack://xoxb-1234567890-1234567890123-AbCdEfGhIjKlMnOpQrStUvWx/C0123456789",
  },
  {
    name: "Telegram bot and group",
    type: "telegram",
    service: "tgram",
    settings: { token: BOT, chat_id: -1001234567890 },
    address: `tgram://${BOT}/-1001234567890`,
  },
  {
    name: "Telegram bot and channel",
    type: "telegram",
    service: "tgram",
    settings: { token: BOT, chat_id: "@socalerts" },
    address: `tgram://${BOT}/@socalerts`,
  },
  {
    name: "PagerDuty integration key",
    type: "pagerduty",
    service: "pagerduty",
    settings: { routing_key: KEY },
    address: `pagerduty://${KEY}@0123456789abcdefghij`,
  },
  {
    name: "ntfy topic",
    type: "ntfy",
    service: "ntfys",
    settings: { url: "https://ntfy.sh", topic: "soc-alerts_1" },
    address: "https://ntfy.sh/soc-alerts_1",
  },
  {
    name: "ntfy topic on a server of one's own",
    type: "ntfy",
    service: "ntfys",
    settings: { url: "https://ntfy.example.com", topic: "soc" },
    address: "ntfys://ntfy.example.com/soc",
  },
  {
    name: "mail server with TLS from the start",
    type: "email",
    service: "mailtos",
    settings: {
      from: "Tocsin <tocsin@example.com>",
      to: "soc+alerts@sub.example.com",
      smtp: "smtps://mail.example.com:465",
      username: "tocsin",
      password: "x",
    },
    address: "mailtos://tocsin:x@example.com:465?smtp=mail.example.com&mode=ssl&from=tocsin@example.com&to=soc%2Balerts@sub.example.com",
  },
];

const REFUSED: Case[] = [
  pasted("Slack webhook without its token", "slack", "slack", "https://hooks.slack.com/services/"),
  pasted("Slack workflow trigger", "slack", "slack", "https://hooks.slack.com/workflows/T00000000/A00000000/1/XXXXXXXX"),
  pasted("Discord webhook without its token", "discord", "discord", "https://discord.com/api/webhooks/100000000000000001"),
  pasted("Discord channel", "discord", "discord", "https://discord.com/channels/100000000000000001/100000000000000002"),
  pasted("Google Chat space without key and token", "googlechat", "gchat", `${CHAT}/messages`),
  {
    name: "Mattermost server without a webhook",
    type: "mattermost",
    service: "mmosts",
    settings: { url: "https://chat.example.com/" },
    address: "mmosts://chat.example.com/",
  },
  {
    name: "Telegram token without its bot",
    type: "telegram",
    service: "tgram",
    settings: { token: "AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0", chat_id: -1001234567890 },
    address: "tgram://AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0/-1001234567890",
  },
];

describeReal("addresses, in Apprise's opinion", [REAL.apprise], () => {
  const all = [...TAKEN, ...REFUSED];
  let opinion: { known: string[]; taken: boolean[] };
  beforeAll(() => {
    const input = JSON.stringify(all.map(({ address }) => address));
    const { stdout } = spawnSync(PYTHON, [join(import.meta.dirname, "apprise-accepts.py")], { input, encoding: "utf8" });
    opinion = JSON.parse(stdout);
  });
  const ours = ({ type, settings }: Case): boolean | undefined => destinations.get(type)?.settings.safeParse(settings).success;
  const theirs = (one: Case): boolean | "no opinion" =>
    opinion.known.includes(one.service) ? opinion.taken[all.indexOf(one)] === true : "no opinion";

  test.each(TAKEN)("$name: both take it", (one) => {
    expect(ours(one)).toBe(true);
    expect([true, "no opinion"]).toContain(theirs(one));
  });

  test.each(REFUSED)("$name: both refuse it", (one) => {
    expect(ours(one)).toBe(false);
    expect([false, "no opinion"]).toContain(theirs(one));
  });

  test("has an opinion on most of them", () => {
    expect(all.filter((one) => theirs(one) !== "no opinion").length).toBeGreaterThanOrEqual(15);
  });
});
