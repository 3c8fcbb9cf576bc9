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

/** A response's body as text, or undefined when it is longer than `most` bytes. */
export async function readText(response: Response, most: number): Promise<string | undefined> {
  const bytes = await readBytes(response.body, most);
  return bytes && new TextDecoder().decode(bytes);
}
