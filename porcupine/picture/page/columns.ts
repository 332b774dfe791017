/**
 * The places of the packed columns. Files in this folder are written into the page as text: they may use one another and
 * what a browser has, nothing else, and no two of them may declare the same name.
 *
 * @module
 */

/** Which column holds what; `../scene.ts` writes them in this order. */
export const COLUMN = {
  client: 0,
  part: 1,
  flags: 2,
  colour: 3,
  call: 4,
  length: 5,
  line: 6,
  story: 7,
  order: 8,
  clientName: 9,
  clientGroup: 10,
  partKey: 11,
  partVerdict: 12,
  partSize: 13,
  partPlaced: 14,
  name: 15,
  nameText: 16,
} as const;

/** The verdicts of partitions, by the number that stands for them. */
export const PART_VERDICTS = ["ok", "illegal", "unknown", "skipped"] as const;

/** Bits of the flags of an operation. */
export const FLAG = { lost: 1, failed: 2, maybe: 4 } as const;
