import { inflate } from "./inflate.ts";
import { PackedBytes, PackedError } from "./packed_bytes.ts";

const FLAGS = { headerSum: 2, extra: 4, name: 8, comment: 16, unknown: 0xe0 } as const;

/**
 * Unpacks what gzip packed (RFC 1952), also if it is several parts one after the other, as `cat a.gz b.gz` makes them. Throws a
 * {@linkcode PackedError} for anything that is damaged or cut short.
 */
export async function* gunzip(packed: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  const source = new PackedBytes(packed);
  do {
    await header(source);
    let size = 0;
    let sum = 0;
    for await (const bytes of inflate(source)) {
      sum = crc32(bytes, sum);
      size = (size + bytes.length) >>> 0;
      yield bytes;
    }
    if (await source.want(8) < 8) throw PackedError.cutShort();
    if (long(source) !== sum) throw new PackedError("its checksum is that of other data");
    if (long(source) !== size) throw new PackedError("its length is that of other data");
    source.align();
  } while (await hasMore(source));
}

/** Whether another part follows. Zeros at the end are those that fill up the blocks of a tape. */
async function hasMore(source: PackedBytes): Promise<boolean> {
  let isPadding = false;
  while (await source.want(1) > 0) {
    const [byte] = source.peek();
    if (byte !== 0) {
      if (byte === 0x1f && !isPadding) return true;
      throw new PackedError("something else follows the packed data");
    }
    isPadding = true;
    source.run(1);
  }
  return false;
}

async function header(source: PackedBytes): Promise<void> {
  if (await source.want(10) < 10) throw PackedError.cutShort();
  const [first, second, method, flags] = source.run(10);
  if (first !== 0x1f || second !== 0x8b) throw new PackedError("something else follows the packed data");
  if (method !== 8 || (flags & FLAGS.unknown) !== 0) {
    throw new PackedError("packed in a way that is not known");
  }
  if ((flags & FLAGS.extra) !== 0) {
    const [low, high] = [await byte(source), await byte(source)];
    for (let left = low | high << 8; left > 0; left--) await byte(source);
  }
  if ((flags & FLAGS.name) !== 0) { while (await byte(source) !== 0); }
  if ((flags & FLAGS.comment) !== 0) { while (await byte(source) !== 0); }
  if ((flags & FLAGS.headerSum) !== 0) { for (let i = 0; i < 2; i++) await byte(source); }
}

async function byte(source: PackedBytes): Promise<number> {
  if (await source.want(1) === 0) throw PackedError.cutShort();
  return source.run(1)[0];
}

function long(source: PackedBytes): number {
  return (source.bits(16) | source.bits(16) << 16) >>> 0;
}

const CRC = Uint32Array.from({ length: 256 }, (_, byte) => {
  let sum = byte;
  for (let bit = 0; bit < 8; bit++) sum = (sum & 1) !== 0 ? 0xedb88320 ^ (sum >>> 1) : sum >>> 1;
  return sum;
});

function crc32(bytes: Uint8Array, before: number): number {
  let sum = ~before;
  for (let i = 0; i < bytes.length; i++) sum = CRC[(sum ^ bytes[i]) & 255] ^ (sum >>> 8);
  return ~sum >>> 0;
}
