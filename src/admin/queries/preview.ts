// The final bytes of a test message to one destination, with secrets as their names. Nothing is sent.
import type { Alert } from "../../alert.ts";
import type { DestinationConfig } from "../../config/model.ts";
import { resolveSecrets } from "../../config/secret.ts";
import type { Destination, HttpTransport, Links, View } from "../../destinations/destination.ts";
import { mayReach } from "../../lib/address.ts";
import { errorText } from "../../lib/log.ts";
import { deliveryId } from "../../lib/names.ts";
import type { AdminContext } from "../context.ts";
import { type Masks, masked, maskedAddress, maskedHeaders, masksOf } from "../mask-settings.ts";

/** What would be sent. Either a request, or the binding (if it is one) that takes the body; `problem` says why nothing would get out. */
export interface Preview {
  destination: string;
  type: string;
  problem?: string;
  method?: string;
  url?: string;
  headers?: Record<string, string>;
  binding?: string;
  body: string;
}

/** Renders and addresses a test message as the relay would send it. */
export const previewTest = (context: AdminContext, config: DestinationConfig, adapter: Destination, alert: Alert): Promise<Preview> =>
  previewView(context, config, adapter, { kind: "test", alert, links: linksTo(context, alert) });

/** The links of an alert's message, but for those that are signed when it is sent. */
export function linksTo({ loaded }: Pick<AdminContext, "loaded">, { id }: Alert): Links {
  const { url } = loaded.config.relay;
  return url ? { tocsin: `${url}/alerts/${id}` } : {};
}

/** Renders and addresses a message about an alert as the relay would send it. */
export function previewView(
  context: AdminContext,
  config: DestinationConfig,
  adapter: Destination,
  view: Extract<View, { alert: Alert }>,
): Promise<Preview> {
  const { id, version } = view.alert;
  return previewBody(context, config, adapter, adapter.render(view, config.settings), deliveryId(config.name, id, version));
}

/** Addresses a body that was rendered, as the relay would send it as a new message. `id`: the delivery's. */
export async function previewBody(
  context: AdminContext,
  config: DestinationConfig,
  adapter: Destination,
  body: string,
  id: string,
): Promise<Preview> {
  const base = { destination: config.name, type: config.type };
  const { transport } = adapter;
  if (transport.kind === "custom") return { ...base, binding: transport.needs(config.settings), body };
  const { settings, missing } = resolveSecrets(config.settings, context.env);
  if (missing.length > 0) return { ...base, problem: `the secret ${missing.join(", ")} is not set`, body };
  const masks = masksOf(adapter.settings, config.settings, context.env);
  const message = { id, key: id, attempt: 1, action: "post" as const, body, at: context.now() };
  return { ...base, ...(await addressed(transport, message, settings, context.env, masks)) };
}

async function addressed(
  transport: HttpTransport<unknown>,
  message: Parameters<HttpTransport<unknown>["request"]>[0],
  settings: unknown,
  env: object,
  masks: Masks,
): Promise<Omit<Preview, "destination" | "type">> {
  try {
    const { method, url, headers, body } = await transport.request(message, settings);
    const problem = mayReach(url, env);
    return {
      ...(problem ? { problem } : {}),
      method,
      url: maskedAddress(url, masks),
      headers: maskedHeaders(headers, masks),
      body: masked(body, masks),
    };
  } catch (error) {
    return { problem: masked(errorText(error), masks), body: message.body };
  }
}
