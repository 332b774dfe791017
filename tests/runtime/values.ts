/**
 * Plain values drawn from a seed, and bytes that somebody has tampered with.
 * @module
 */

import type { Random, WireValue } from "../../runtime/mod.ts";

const KEYS = [
  "a",
  "b",
  "term",
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "length",
  "0",
  "7",
  "",
  "ключ",
  "🔑",
];
const NUMBERS = [
  0,
  -0,
  1,
  -1,
  127,
  128,
  -128,
  2 ** 31,
  2 ** 32,
  Number.MAX_SAFE_INTEGER,
  Number.MIN_SAFE_INTEGER,
  2 ** 53,
  0.1,
  -1e300,
  Number.MIN_VALUE,
  Number.MAX_VALUE,
];

/** Draws a value at most `depth` deep. */
export function drawValue(random: Random, depth = 4): WireValue {
  const kind = random.below(depth > 0 ? 9 : 6);
  if (kind === 0) return null;
  if (kind === 1) return random.chance(0.5);
  if (kind === 2) return NUMBERS[random.below(NUMBERS.length)];
  if (kind === 3) return random.chance(0.5) ? random.between(0, 1000) : (random.next() - 0.5) * 1e6;
  if (kind === 4) return drawText(random);
  if (kind === 5) return drawBytes(random, random.chance(0.05) ? 3000 : 20);
  const length = random.chance(0.05) ? 200 : random.below(5);
  if (kind < 8) return Array.from({ length }, () => drawValue(random, depth - 1));
  const record: { [key: string]: WireValue } = {};
  for (let left = length; left > 0; left--) {
    const key = random.chance(0.7) ? KEYS[random.below(KEYS.length)] : drawText(random);
    Object.defineProperty(record, key, {
      value: drawValue(random, depth - 1),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return record;
}

/** Draws a string without half surrogate pairs. */
export function drawText(random: Random): string {
  let text = "";
  for (let left = random.chance(0.1) ? 300 : random.below(30); left > 0; left--) {
    const plane = random.below(10);
    text += String.fromCodePoint(
      plane < 7
        ? random.between(0, 127)
        : plane < 9
        ? random.between(128, 0xd7ff)
        : random.between(0xe000, 0x10ffff),
    );
  }
  return text;
}

/** Draws up to `most` bytes. */
export function drawBytes(random: Random, most: number): Uint8Array {
  return Uint8Array.from({ length: random.below(most + 1) }, () => random.below(256));
}

/** What a hostile sender could make of `bytes`. */
export function tamper(random: Random, bytes: Uint8Array): Uint8Array {
  const changed = bytes.slice();
  switch (random.below(4)) {
    case 0:
      return changed.subarray(0, random.below(changed.length + 1));
    case 1:
      for (let left = random.between(1, 3); left > 0 && changed.length > 0; left--) {
        changed[random.below(changed.length)] ^= 1 << random.below(8);
      }
      return changed;
    case 2: {
      // A huge number in the place of a small one.
      const at = random.below(changed.length + 1);
      const huge = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f].slice(random.below(7));
      return Uint8Array.from([...changed.subarray(0, at), ...huge, ...changed.subarray(at + 1)]);
    }
    default: {
      const at = random.below(changed.length + 1);
      const other = drawBytes(random, 20);
      return Uint8Array.from([...changed.subarray(0, at), ...other, ...changed.subarray(at)]);
    }
  }
}

/** Whether two plain values are the same, to the sign of a zero and the order of keys. The usual comparison of tests takes twice as long. */
export function sameValue(one: WireValue, other: WireValue): boolean {
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) {
    return Object.is(one, other);
  }
  if (Object.getPrototypeOf(one) !== Object.getPrototypeOf(other)) return false;
  if (one instanceof Uint8Array) {
    return other instanceof Uint8Array && one.length === other.length &&
      one.every((byte, at) => byte === other[at]);
  }
  const [keys, others] = [Object.keys(one), Object.keys(other)];
  const [left, right] = [Object.values(one), Object.values(other)];
  return keys.length === others.length && keys.every((key, at) => key === others[at]) &&
    left.every((value, at) => sameValue(value, right[at]));
}
