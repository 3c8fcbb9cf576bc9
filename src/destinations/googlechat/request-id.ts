// The id by which Google Chat recognises a repeat of a request.

/**
 * A UUID that depends on the idempotency key alone. Google says only that the id has to be unique
 * (https://developers.google.com/workspace/chat/api/reference/rest/v1/spaces.messages/create); its rules for all its interfaces ask
 * for a random UUID (https://google.aip.dev/155), and our keys hold alert ids of any length. So it has that form.
 */
export async function requestId(key: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`googlechat:${key}`)));
  const hex = Array.from(digest.subarray(0, 16), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const variant = ((Number.parseInt(hex.slice(16, 18), 16) & 0x3f) | 0x80).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(18, 20)}-${hex.slice(20, 32)}`;
}
