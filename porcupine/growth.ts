/** Shorter arrays are copied: that is quicker, and nobody misses their memory. */
const SHORT = 1 << 14;

/**
 * The same numbers in an array that is twice as long. An old one that is long is given up at once: a search under a memory
 * limit cannot wait for the host to collect it.
 */
export function doubled(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  // Browsers have it since 2024.
  if (array.length >= SHORT && typeof array.buffer.transfer === "function") {
    return new Int32Array(array.buffer.transfer(2 * array.byteLength));
  }
  const longer = new Int32Array(2 * array.length);
  longer.set(array);
  return longer;
}
