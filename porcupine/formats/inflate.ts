/**
 * A reader of raw deflate data (RFC 1951). The host's own tells nobody where the data ends, and so cannot read what
 * `cat a.gz b.gz`, `bgzip` and log rotation make: several packed parts, one after the other.
 *
 * @module
 */
import { type BlockCodes, CODE_LENGTHS_MOST_BYTES, codesOfBlock, FIXED } from "./inflate_codes.ts";
import { type PackedBytes, PackedError } from "./packed_bytes.ts";

/** How far back a match may reach. */
const WINDOW = 32768;
/** What is handed on at a time. */
const FRESH = 65536;
const LONGEST_MATCH = 258;
/** The bytes that the longest length, distance and extra bits of both may take, and what the bit buffer holds. */
const PAIR_BYTES = 12;

const LENGTH_BASE = Uint16Array.of(
  ...[
    3,
    4,
    5,
    6,
    7,
    8,
    9,
    10,
    11,
    13,
    15,
    17,
    19,
    23,
    27,
    31,
    35,
    43,
    51,
    59,
    67,
    83,
    99,
    115,
    131,
    163,
    195,
  ],
  ...[227, 258],
);
const LENGTH_EXTRA = Uint8Array.of(
  ...[0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0],
);
const DISTANCE_BASE = Uint16Array.of(
  ...[1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073],
  ...[4097, 6145, 8193, 12289, 16385, 24577],
);
const DISTANCE_EXTRA = Uint8Array.of(
  ...[0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13],
);
const END_OF_BLOCK = 256;

/** Unpacks one run of deflate data and leaves `source` right behind its last byte. Throws a {@linkcode PackedError}. */
export async function* inflate(source: PackedBytes): AsyncGenerator<Uint8Array> {
  const unpacked = new Unpacked();
  for (let last = false; !last;) {
    await source.want(PAIR_BYTES);
    last = source.bits(1) === 1;
    const kind = source.bits(2);
    if (kind === 3) throw new PackedError("a block of a kind that does not exist");
    if (kind === 0) yield* stored(source, unpacked);
    else {
      await source.want(CODE_LENGTHS_MOST_BYTES);
      const codes = kind === 1 ? FIXED : codesOfBlock(source);
      while (!decode(source, unpacked, codes)) {
        if (unpacked.isFull()) yield unpacked.take();
        else await source.want(source.left() + 1);
      }
    }
    source.refuseOverrun();
  }
  source.align();
  yield unpacked.take();
}

/** A block that is not packed: its length, the same turned round, and the bytes. */
async function* stored(source: PackedBytes, unpacked: Unpacked): AsyncGenerator<Uint8Array> {
  source.align();
  await source.want(4);
  const length = source.bits(16);
  const turned = source.bits(16) ^ 0xffff;
  source.align();
  if (turned !== length) throw new PackedError("a block whose length contradicts itself");
  for (let left = length; left > 0;) {
    if (await source.want(1) === 0) throw PackedError.cutShort();
    const bytes = source.run(Math.min(left, unpacked.room()));
    left -= bytes.length;
    unpacked.append(bytes);
    if (unpacked.isFull()) yield unpacked.take();
  }
}

/** What came out: the window that matches reach back into, and behind it what was not handed on yet. */
class Unpacked {
  readonly bytes = new Uint8Array(WINDOW + FRESH + LONGEST_MATCH);
  /** Where the next byte goes, and from where on none was handed on. */
  end = 0;
  #from = 0;

  isFull(): boolean {
    return this.end >= WINDOW + FRESH;
  }

  room(): number {
    return WINDOW + FRESH - this.end;
  }

  append(bytes: Uint8Array): void {
    this.bytes.set(bytes, this.end);
    this.end += bytes.length;
  }

  /** What is new. */
  take(): Uint8Array {
    const fresh = this.bytes.slice(this.#from, this.end);
    if (this.end > WINDOW) {
      this.bytes.copyWithin(0, this.end - WINDOW, this.end);
      this.end = WINDOW;
    }
    this.#from = this.end;
    return fresh;
  }
}

/** Goes on in a block; answers whether it ended: otherwise there is too little to read, or no room. */
function decode(source: PackedBytes, unpacked: Unpacked, { symbols, distances }: BlockCodes): boolean {
  const { bytes } = unpacked;
  while (source.holds(PAIR_BYTES) && !unpacked.isFull()) {
    const symbol = source.symbol(symbols);
    if (symbol < END_OF_BLOCK) {
      bytes[unpacked.end++] = symbol;
      continue;
    }
    if (symbol === END_OF_BLOCK) return true;
    const row = symbol - END_OF_BLOCK - 1;
    if (row >= LENGTH_BASE.length) throw new PackedError("a length that does not exist");
    const length = LENGTH_BASE[row] + source.bits(LENGTH_EXTRA[row]);
    const column = source.symbol(distances);
    if (column >= DISTANCE_BASE.length) throw new PackedError("a distance that does not exist");
    const distance = DISTANCE_BASE[column] + source.bits(DISTANCE_EXTRA[column]);
    let to = unpacked.end;
    if (distance > to) throw new PackedError("a distance that reaches back to before the beginning");
    // Byte by byte: a match may overlap itself.
    for (const end = to + length; to < end; to++) bytes[to] = bytes[to - distance];
    unpacked.end = to;
  }
  return false;
}
