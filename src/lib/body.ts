// Bodies are read with a limit that counts the bytes as they come: a declared length may lie.

/** The bytes of a stream, or undefined as soon as there are more than `most`; the rest is not read. */
export async function readBytes(stream: ReadableStream<Uint8Array> | null, most: number): Promise<Uint8Array | undefined> {
  if (!stream) return new Uint8Array(0);
  const parts: Uint8Array[] = [];
  let size = 0;
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.byteLength;
    if (size > most) {
      await reader.cancel();
      return undefined;
    }
    parts.push(value);
  }
  if (parts.length === 1 && parts[0]) return parts[0];
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}

/**
 * The bytes of a request's or a response's body, or undefined when there are more than `most`. A declared length is what the
 * connection delivers at most, so that a small one needs no counting on the way; without one, or when it is chunked, the
 * bytes are counted as they come.
 */
export async function bodyBytes(message: Request | Response, most: number): Promise<Uint8Array | undefined> {
  const declared = message.headers.get("content-length");
  if (declared === null || message.headers.has("transfer-encoding") || message.headers.has("content-encoding"))
    return readBytes(message.body, most);
  if (Number(declared) > most) {
    await message.body?.cancel();
    return undefined;
  }
  const bytes = new Uint8Array(await message.arrayBuffer());
  return bytes.byteLength > most ? undefined : bytes;
}

/** A response's body as text, or undefined when it is longer than `most` bytes. */
export async function readText(response: Response, most: number): Promise<string | undefined> {
  const bytes = await bodyBytes(response, most);
  return bytes && new TextDecoder().decode(bytes);
}
