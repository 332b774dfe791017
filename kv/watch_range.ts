/**
 * Watching: one wait after the other, each from where the last one ended.
 * @module
 */

import { CompactedError, RefusedError } from "./errors.ts";
import type { SessionClient } from "./session_client.ts";
import { checkNumber, checkRange } from "./store/bad_input.ts";
import {
  decodeRevision,
  decodeWatchAnswer,
  encodeQuestion,
  encodeWatchQuestion,
} from "./store/question_codec.ts";
import type { KeyRange, StoreEvent } from "./store/types.ts";

/** Where to begin to watch. */
export interface WatchOptions {
  /**
   * Everything up to this revision has been seen. Without it the watch begins at present. Events of one batch share a
   * revision: whoever begins anew names one of which all events have been seen, that before the last event's if in doubt.
   */
  readonly afterRevision?: number;
  /** Ends the watch: the iteration throws the signal's reason. */
  readonly signal?: AbortSignal;
}

/** How long a server waits before it says that nothing has happened, and a watcher may not notice that its server is gone. */
const WAIT_MS = 2000;
const MAX_EVENTS = 1000;

/** See `Clerk.watch`. */
export async function* watchRange(
  client: SessionClient,
  range: KeyRange,
  options: WatchOptions,
): AsyncGenerator<StoreEvent, void, void> {
  checkRange(range);
  const { signal } = options;
  const limits = { timeoutMs: Infinity, ...(signal === undefined ? {} : { signal }) };
  let after = options.afterRevision ??
    decodeRevision(await client.query(encodeQuestion({ op: "revision" }), limits)).revision;
  checkNumber("the revision", after, 0, Number.MAX_SAFE_INTEGER);
  for (;;) {
    const question = encodeWatchQuestion({ range, afterRevision: after, maxEvents: MAX_EVENTS });
    const answer = decodeWatchAnswer(await ask(client, question, limits));
    if (answer.kind === "compacted") throw new CompactedError(after, answer.compacted);
    yield* answer.events;
    // Only now: whoever stops in between has not seen the rest.
    after = answer.through;
  }
}

async function ask(
  client: SessionClient,
  question: Uint8Array,
  limits: { readonly timeoutMs: number; readonly signal?: AbortSignal },
): Promise<Uint8Array> {
  try {
    return await client.watch(question, WAIT_MS, limits);
  } catch (error) {
    if (error instanceof RefusedError && error.code === "aborted") limits.signal?.throwIfAborted();
    throw error;
  }
}
