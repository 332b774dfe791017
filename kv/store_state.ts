/**
 * A snapshot that goes to the disk while it is made.
 * @module
 */

import type { RaftNode } from "../raft/node.ts";
import type { Index } from "../raft/types.ts";

/**
 * Hands the state after `index` to `node`, piece by piece. Resolves when the last piece is made: from then on the machine may change again, the
 * disk takes its own time. `onStored` hears which write makes the snapshot count.
 */
export async function storeState(
  node: RaftNode,
  { index, pieces, onStored }: {
    readonly index: Index;
    readonly pieces: AsyncIterable<Uint8Array>;
    readonly onStored: (write: number) => void;
  },
): Promise<void> {
  const made = Promise.withResolvers<void>();
  const stored = node.storeSnapshot(index, untilEnd(pieces, made.resolve)).then(() =>
    onStored(node.core.nextSequence - 1)
  );
  await Promise.race([made.promise, stored]);
}

/** `pieces`, and `onEnd` hears when the last one has been taken, or nobody wants any more. */
async function* untilEnd(
  pieces: AsyncIterable<Uint8Array>,
  onEnd: () => void,
): AsyncGenerator<Uint8Array, void, void> {
  try {
    yield* pieces;
  } finally {
    onEnd();
  }
}
