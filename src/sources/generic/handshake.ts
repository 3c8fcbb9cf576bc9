// A handshake that asks for one parameter of the address to be sent back, as Microsoft Graph does when a subscription is made:
// https://learn.microsoft.com/en-us/graph/change-notifications-delivery-webhooks
import type { GenericSettings } from "./settings.ts";

const MOST_CHARS = 2_000;
/** Nothing that a browser would read as a page. */
const PLAIN = /^[^<>\p{Cc}]+$/u;

/** The answer, or undefined where the request is none: a body with JSON in it is never taken for one, so that no alert is lost. */
export function handshake(
  { query, bytes }: { query: URLSearchParams; bytes: Uint8Array },
  { handshake: settings }: GenericSettings,
): { contentType: string; body: string } | undefined {
  const token = settings && query.get(settings.query);
  if (!token || token.length > MOST_CHARS || !PLAIN.test(token) || holdsJson(bytes)) return undefined;
  return { contentType: "text/plain; charset=utf-8", body: token };
}

const holdsJson = (bytes: Uint8Array): boolean => /^[[{]/.test(new TextDecoder().decode(bytes.subarray(0, 100)).trim());
