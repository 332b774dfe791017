import type { Operation, PartitionReport } from "../types.ts";
import { ByteWriter } from "./pack.ts";
import type { PictureMark } from "./options.ts";
import { FLAG } from "./page/columns.ts";

/** One entry an item. */
export function writeColumn<T>(
  items: readonly T[],
  write: (item: T, out: ByteWriter, index: number) => void,
): Uint8Array {
  const out = new ByteWriter();
  for (let i = 0; i < items.length; i++) write(items[i], out, i);
  return out.take();
}

/** Texts, one a line; the texts have no line ends. */
export function textColumn(texts: readonly string[]): Uint8Array {
  return new TextEncoder().encode(texts.join("\n"));
}

/**
 * What operations did, and what was there after them, as one column: each that has a place in an order, followed by the state
 * after it, one partition after the other; then those that have none. So a value stands near the reads of it, and is packed once:
 * the packer looks back 32 KiB, and in a hundred thousand operations on many keys a read of a value is farther from its write.
 */
export function storyColumn(
  texts: readonly string[],
  partitions: readonly PartitionReport[],
  states: readonly (readonly string[])[],
): Uint8Array {
  const story: string[] = [];
  const placed = new Uint8Array(texts.length);
  for (let p = 0; p < partitions.length; p++) {
    const { linearization } = partitions[p];
    for (let k = 0; k < linearization.length; k++) {
      story.push(texts[linearization[k]], states[p][k]);
      placed[linearization[k]] = 1;
    }
  }
  for (let i = 0; i < texts.length; i++) if (placed[i] === 0) story.push(texts[i]);
  return textColumn(story);
}

/** The partition of each operation. */
export function partitionColumn(count: number, partitions: readonly PartitionReport[]): Uint8Array {
  const part = new Int32Array(count);
  for (let p = 0; p < partitions.length; p++) for (const index of partitions[p].operations) part[index] = p;
  const out = new ByteWriter();
  for (const p of part) out.varint(p);
  return out.take();
}

/** `get` of `get("x") -> "1"`, and of `x: get() -> "1"`; the first word where there is no bracket. */
export function nameOf(text: string): string {
  const match = /(?:^|: )([A-Za-z_][\w.-]*)\(/.exec(text) ?? /^\W*([\w.-]+)/.exec(text);
  return match === null ? "operation" : match[1];
}

/** Whether an operation was answered, and how. */
export function flagsOf<Input, Output>(
  operation: Operation<Input, Output>,
  mark: PictureMark | undefined,
): number {
  return (operation.outcome.status === "unknown" ? FLAG.lost : 0) |
    (mark === "failed" ? FLAG.failed : mark === "maybe" ? FLAG.maybe : 0);
}

/** The number of a text; new texts get the next one. */
export function numberOf(text: string, numbers: Map<string, number>): number {
  const known = numbers.get(text);
  if (known !== undefined) return known;
  numbers.set(text, numbers.size);
  return numbers.size - 1;
}

/** The power of ten by which every time becomes a whole number; 1e6 if none does (finer digits are not shown). */
export function timeScale<Input, Output>(operations: readonly Operation<Input, Output>[]): number {
  let scale = 1;
  const fits = (time: number): boolean => Math.abs(time * scale - Math.round(time * scale)) < 1e-6;
  for (const { callAt, outcome } of operations) {
    while (scale < 1e6 && !(fits(callAt) && (outcome.status === "unknown" || fits(outcome.returnAt)))) {
      scale *= 10;
    }
  }
  return scale;
}

/** Calls as differences, and how long each operation took (0 for one that never returned: its flag tells). */
export function timeColumns<Input, Output>(
  operations: readonly Operation<Input, Output>[],
  scale: number,
): [Uint8Array, Uint8Array] {
  let last = 0;
  const calls = writeColumn(operations, ({ callAt }, out) => {
    const at = Math.round(callAt * scale);
    out.signed(at - last);
    last = at;
  });
  const lengths = writeColumn(operations, ({ callAt, outcome }, out) => {
    if (outcome.status === "unknown") out.varint(0);
    else out.varint(Math.round(outcome.returnAt * scale) - Math.round(callAt * scale));
  });
  return [calls, lengths];
}

/** Numbers as differences from the one before. */
export function deltaColumn(numbers: Iterable<number>): Uint8Array {
  const out = new ByteWriter();
  let last = 0;
  for (const number of numbers) {
    out.signed(number - last);
    last = number;
  }
  return out.take();
}
