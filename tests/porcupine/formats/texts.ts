/** Small texts as the readers take them. */

/** A text in chunks of a few bytes, so that lines and letters are cut where a file's chunks might cut them. */
export function bytesOf(text: string, chunkBytes = 7): Uint8Array[] {
  return chunked(new TextEncoder().encode(text), chunkBytes);
}

/** Bytes in chunks. */
export function chunked(bytes: Uint8Array, chunkBytes: number): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += chunkBytes) chunks.push(bytes.subarray(at, at + chunkBytes));
  return chunks;
}

/** A text packed by gzip. */
export async function gzip(text: string): Promise<Uint8Array> {
  const packed = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}
