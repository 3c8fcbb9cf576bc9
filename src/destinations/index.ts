// The registry of destinations: one line each.
import type { Destination } from "./destination.ts";
import discord from "./discord/destination.ts";
import email from "./email/destination.ts";
import googlechat from "./googlechat/destination.ts";
import inbox from "./inbox/destination.ts";
import iris from "./iris/destination.ts";
import mattermost from "./mattermost/destination.ts";
import ntfy from "./ntfy/destination.ts";
import pagerduty from "./pagerduty/destination.ts";
import slack from "./slack/destination.ts";
import slackBot from "./slack-bot/destination.ts";
import teams from "./teams/destination.ts";
import telegram from "./telegram/destination.ts";
import webhook from "./webhook/destination.ts";

// Each adapter has settings of its own; behind the registry they are opaque, as only the adapter's schema makes them.
const all = [
  slack,
  slackBot,
  discord,
  telegram,
  teams,
  mattermost,
  googlechat,
  pagerduty,
  iris,
  ntfy,
  email,
  webhook,
  inbox,
] as unknown as readonly Destination[];

/** Every destination kind by its type. */
export const destinations: ReadonlyMap<string, Destination> = new Map(all.map((one) => [one.type, one]));
