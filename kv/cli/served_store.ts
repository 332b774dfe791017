/**
 * The store as a process replicates it: its snapshots are made piece by piece, so that a leader with millions of keys goes on
 * saying that it is there, and a follower goes on voting.
 * @module
 */

import { setImmediate } from "node:timers";
import type { CheckedMachine, StreamMachine, TimedMachine, WatchableMachine } from "../machine.ts";
import type { Store } from "../store/store.ts";

/** A piece takes a few milliseconds, far less than a heartbeat. */
const PIECE_BYTES = 512 << 10;

/** `store` with streams for snapshots. */
export function servedStore(
  store: Store,
  pieceBytes = PIECE_BYTES,
): StreamMachine & CheckedMachine & TimedMachine & WatchableMachine {
  return {
    apply: (command, at) => store.apply(command, at),
    query: (question) => store.query(question),
    check: (command) => store.check(command),
    get dueMs() {
      return store.dueMs;
    },
    elapse: (at) => store.elapse(at),
    watch: (question) => store.watch(question),
    snapshot: () => streamOf(store.snapshotPieces(pieceBytes)),
    // In one piece: whoever restores has no clients and leads nobody, and half a state must not be asked.
    restore: (data) => {
      store.restore(data);
      return Promise.resolve();
    },
  };
}

/** Gives one piece in each turn of the event loop: messages and timers come in between. */
function streamOf(pieces: Generator<Uint8Array, void, void>): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      await new Promise<void>((resolve) => void setImmediate(resolve));
      const { done, value } = pieces.next();
      if (done || value === undefined) controller.close();
      else controller.enqueue(value);
    },
  }, { highWaterMark: 0 });
}
