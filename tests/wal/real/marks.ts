/**
 * What the killed writer writes: everything can be told from its index.
 * @module
 */

/** The command of entry `index`. */
export function commandOf(index: number): Uint8Array {
  return new Uint8Array(index * 37 % 700).fill(index);
}

/** The snapshot of everything up to `index`. */
export function snapshotOf(index: number): Uint8Array {
  return new Uint8Array(1000 + index).fill(index);
}
