/**
 * CRC-32C (Castagnoli), the checksum of iSCSI, ext4 and most logs: it finds every error of up to three bits in a frame of
 * usual size, and all but one in four thousand million of the others.
 * @module
 */

/** The polynomial, its bits in reverse. */
const POLYNOMIAL = 0x82f63b78;

/** `TABLES[k][byte]`: what a byte does to the remainder `k` bytes later, so that eight bytes go in one turn. */
const TABLES: readonly Int32Array[] = makeTables();

function makeTables(): Int32Array[] {
  const first = new Int32Array(256);
  for (let byte = 0; byte < 256; byte++) {
    let remainder = byte;
    for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ (remainder & 1 ? POLYNOMIAL : 0);
    first[byte] = remainder;
  }
  const tables = [first];
  for (let later = 1; later < 8; later++) {
    const before = tables[later - 1];
    tables.push(before.map((remainder) => first[remainder & 0xff] ^ (remainder >>> 8)));
  }
  return tables;
}

/** What is longer is read a word at a time. */
const SHORT_BYTES = 256;

/**
 * The CRC-32C of `bytes`, as an unsigned number.
 *
 * @param seed The CRC of what came before: `crc32c(b, crc32c(a))` is the CRC of `a` followed by `b`. A checksum that starts
 * from another one vouches for both, which is how frames are chained.
 */
export function crc32c(bytes: Uint8Array, seed = 0): number {
  return ~(bytes.length < SHORT_BYTES ? ofShort(bytes, ~seed) : ofLong(bytes, ~seed)) >>> 0;
}

/** Most frames and every head are short: to make the view that a long one is read through would take longer than all the rest. */
function ofShort(bytes: Uint8Array, seed: number): number {
  const [t0, t1, t2, t3, t4, t5, t6, t7] = TABLES;
  const { length } = bytes;
  let crc = seed;
  let at = 0;
  for (const end = length - 7; at < end; at += 8) {
    crc ^= bytes[at] | bytes[at + 1] << 8 | bytes[at + 2] << 16 | bytes[at + 3] << 24;
    crc = t7[crc & 0xff] ^ t6[crc >>> 8 & 0xff] ^ t5[crc >>> 16 & 0xff] ^ t4[crc >>> 24] ^
      t3[bytes[at + 4]] ^ t2[bytes[at + 5]] ^ t1[bytes[at + 6]] ^ t0[bytes[at + 7]];
  }
  for (; at < length; at++) crc = t0[(crc ^ bytes[at]) & 0xff] ^ (crc >>> 8);
  return crc;
}

function ofLong(bytes: Uint8Array, seed: number): number {
  const [t0, t1, t2, t3, t4, t5, t6, t7] = TABLES;
  const { length } = bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, length);
  let crc = seed;
  let at = 0;
  for (const end = length - 7; at < end; at += 8) {
    crc ^= view.getInt32(at, true);
    const next = view.getInt32(at + 4, true);
    crc = t7[crc & 0xff] ^ t6[crc >>> 8 & 0xff] ^ t5[crc >>> 16 & 0xff] ^ t4[crc >>> 24] ^
      t3[next & 0xff] ^ t2[next >>> 8 & 0xff] ^ t1[next >>> 16 & 0xff] ^ t0[next >>> 24];
  }
  for (; at < length; at++) crc = t0[(crc ^ bytes[at]) & 0xff] ^ (crc >>> 8);
  return crc;
}
