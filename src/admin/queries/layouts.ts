// Every layout of one destination, on invented alerts: what it would say, and the bytes. Nothing is sent.
import type { Alert } from "../../alert.ts";
import type { DestinationConfig } from "../../config/model.ts";
import { cardOf } from "../../destinations/card.ts";
import type { Destination, View } from "../../destinations/destination.ts";
import { cardLines } from "../../destinations/words.ts";
import { errorText } from "../../lib/log.ts";
import { deliveryId } from "../../lib/names.ts";
import type { Action } from "../../outcome.ts";
import { styleOf } from "../../templates/style.ts";
import type { AdminContext } from "../context.ts";
import { type Dress, type Layout, layoutSamples, type SampleLinks } from "../layout-samples.ts";
import { type Preview, previewBody } from "./preview.ts";

/** One layout. `says`: in plain words, line by line, whatever the chat makes of it. */
export interface LayoutPreview extends Preview {
  layout: Layout;
  action: Action;
  says: string[];
}

/** All layouts of one destination. */
export interface LayoutPreviews {
  name: string;
  type: string;
  label: string;
  items: LayoutPreview[];
}

/** Renders all of them; undefined where there is no such destination, or none that can be used. */
export async function previewLayouts(context: AdminContext, name: string): Promise<LayoutPreviews | undefined> {
  const config = context.loaded.destinationByName.get(name);
  const adapter = config && context.destinations.get(config.type);
  if (!config || !adapter) return undefined;
  const samples = layoutSamples(adapter.can(config.settings), sampleLinks(context), (alert) => dressed(config, alert), context.now());
  const items = await Promise.all(
    samples.map(async ({ layout, action, view }): Promise<LayoutPreview> => {
      const says = cardLines(cardOf(view));
      return { layout, action, says, ...(await previewView(context, config, adapter, { layout, action, view })) };
    }),
  );
  return { name, type: config.type, label: adapter.label, items };
}

async function previewView(
  context: AdminContext,
  config: DestinationConfig,
  adapter: Destination,
  { layout, action, view }: { layout: Layout; action: Action; view: View },
): Promise<Preview> {
  const base = { destination: config.name, type: config.type };
  try {
    const body = adapter.render(view, config.settings);
    // An edit or an answer goes to the message that stands there, and a sample has none.
    if (action !== "post") return { ...base, body };
    return await previewBody(context, config, adapter, body, deliveryId(config.name, `sample.${layout}`, 1));
  } catch (error) {
    return { ...base, problem: `it cannot be rendered: ${errorText(error)}`, body: "" };
  }
}

/** What the destination's own configuration adds. */
function dressed({ name, ping, template, detail }: DestinationConfig, alert: Alert): Dress {
  const style = template || detail !== "full" ? styleOf({ template, detail }, { alert, destination: name }).style : undefined;
  return { ping: ping[alert.severity], style };
}

/** Those that let the reader do something are sealed when a message is sent: here they lead nowhere. */
function sampleLinks({ loaded }: AdminContext): SampleLinks {
  const { url } = loaded.config.relay;
  if (!url) return { alert: {}, alerts: {}, destinations: {} };
  return {
    alert: { tocsin: `${url}/alerts/sample`, acknowledge: `${url}/act/sample-acknowledge`, silence: `${url}/act/sample-silence` },
    alerts: { tocsin: `${url}/alerts` },
    destinations: { tocsin: `${url}/destinations` },
  };
}
