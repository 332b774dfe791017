import type { Layer } from "../layer.ts";

/** Of the configurations that leave, `[state, spent words, owed words]`, the `width` stay that owe and have spent least; true if some go. */
export function thin(layer: Layer, width: number, size: number): boolean {
  let leaving = 0;
  for (let i = layer.nextLeaving(0); i >= 0; i = layer.nextLeaving(i + 1)) leaving++;
  if (leaving <= width) return false;
  const words = (size - 1) >>> 1;
  const weights = new Int32Array(layer.count);
  const counts = new Int32Array(96 * words + 1);
  for (let i = layer.nextLeaving(0); i >= 0; i = layer.nextLeaving(i + 1)) {
    const at = layer.at(i) + 1;
    for (let w = at; w < at + words; w++) {
      weights[i] += bitsIn(layer.nodes[w]) + 2 * bitsIn(layer.nodes[w + words]);
    }
    counts[weights[i]]++;
  }
  let room = width;
  let limit = 0;
  while (counts[limit] <= room) room -= counts[limit++];
  for (let i = layer.nextLeaving(0); i >= 0; i = layer.nextLeaving(i + 1)) {
    if (weights[i] > limit || (weights[i] === limit && room-- <= 0)) layer.drop(i);
  }
  return true;
}

function bitsIn(word: number): number {
  let x = word - ((word >>> 1) & 0x55555555);
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
  return Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
