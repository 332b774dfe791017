/**
 * Real chance.
 * @module
 */

import { type Random, seededRandom } from "../random.ts";

/** A generator seeded with 53 bits of the system's entropy: no two starts draw the same. Not for secrets. */
export function entropyRandom(): Random {
  const [high, low] = crypto.getRandomValues(new Uint32Array(2));
  return seededRandom((high & 0x1fffff) * 4294967296 + low);
}
