/**
 * A lock with fencing tokens, on the replicated store.
 * @module
 */

import type { Clerk } from "./clerk.ts";
import { CompactedError, UnknownOutcomeError } from "./errors.ts";
import { LeaseKeeper } from "./lease_keeper.ts";
import type { StoreEntry } from "./store/types.ts";

/** How a lock is taken. */
export interface LockOptions {
  /**
   * The lock falls to the next in line when its holder has not been heard of for this long.
   * @default {10,000}
   */
  readonly ttlMs?: number;
  /** Gives up waiting: `acquire` throws the signal's reason. */
  readonly signal?: AbortSignal;
}

const DEFAULT_TTL_MS = 10_000;

/** The lease behind a lock ended before the lock was taken. Try again. */
export class LockLostError extends Error {
  /** The class, for logs. */
  override readonly name = "LockLostError";
  /** Always the same. */
  readonly code = "lockLost";

  /** `lock` is the lock's name. */
  constructor(lock: string) {
    super(`Cannot take the lock "${lock}": the lease ended while waiting for it; try again`);
  }
}

/** A lock that is held. */
export interface HeldLock extends AsyncDisposable {
  /**
   * The fencing token: greater than that of every earlier holder. Hand it to whatever the lock protects, and let that refuse
   * a smaller token than it has seen: a holder that was paused for too long does not know that it no longer holds the lock.
   */
  readonly token: number;
  /** Fires when the lock may have been lost, by this machine's clock. */
  readonly signal: AbortSignal;
  /** Gives the lock to the next in line. It falls to them anyway when the lease ends. */
  release(): Promise<void>;
}

/**
 * Takes the lock called `name`: waits in line, first come first served, until it is this caller's turn.
 *
 * Everyone in line has a key that lives by a lease; whoever's was created first holds the lock. Its revision is the token.
 * Throws `LockLostError`, the signal's reason, or what the clerk throws; the place in line is given up then.
 *
 * @example Why the token matters: a holder that was paused cannot know that it holds the lock no longer
 * ```ts
 * import { acquireLock, Clerk, KvServer } from "@flotilla/flotilla/kv";
 * import { MemoryStorage } from "@flotilla/flotilla/raft";
 * import { World } from "@flotilla/flotilla/testing";
 * import { assertEquals } from "@std/assert";
 *
 * const world = new World({ seed: 1 });
 * world.machine("store").boot(async (runtime) => {
 *   const members = new Map([["store", "store"]]);
 *   await KvServer.open({ runtime, id: "store", members, storage: new MemoryStorage() });
 * });
 * const clerk = (name: string) =>
 *   new Clerk({ runtime: world.machine(name).boot(() => {}), servers: ["store"] });
 *
 * // What the lock protects. It believes nobody with a smaller token than it has seen.
 * const file = { text: "", token: 0 };
 * const write = (text: string, token: number) => {
 *   if (token >= file.token) Object.assign(file, { text, token });
 * };
 *
 * await world.play(async () => {
 *   const [ann, bob] = [clerk("ann"), clerk("bob")];
 *   const held = await acquireLock(ann, "file", { ttlMs: 1000 });
 *   world.machine("ann").pause(); // A long collection of garbage, a closed lid ...
 *   write("bob's", (await acquireLock(bob, "file")).token);
 *   world.machine("ann").resume();
 *   assertEquals(held.signal.aborted, false); // Ann has not had the time to notice,
 *   write("ann's", held.token); // and writes as if nothing had been.
 * });
 * assertEquals(file.text, "bob's");
 * world.end();
 * ```
 */
export async function acquireLock(clerk: Clerk, name: string, options: LockOptions = {}): Promise<HeldLock> {
  const lease = await LeaseKeeper.grant(clerk, options.ttlMs ?? DEFAULT_TTL_MS);
  const place: Place = { clerk, name, key: `${prefixOf(name)}${lease.id}`, lease };
  try {
    const signal = options.signal === undefined
      ? lease.signal
      : AbortSignal.any([lease.signal, options.signal]);
    await standInLine(place, signal);
    const token = await waitForTurn(place, signal);
    const release = () => lease.end();
    return { token, signal: lease.signal, release, [Symbol.asyncDispose]: release };
  } catch (error) {
    // Looked at first: to give the lease back ends it, too, and whatever went wrong would be told as a lease that was lost.
    const lost = lease.signal.aborted;
    // Nobody should wait for a place that is given up; if this fails the lease ends by itself.
    lease.end().catch(() => {});
    options.signal?.throwIfAborted();
    if (lost) throw new LockLostError(name);
    throw error;
  }
}

/** A place in line. */
interface Place {
  readonly clerk: Clerk;
  readonly name: string;
  readonly key: string;
  readonly lease: LeaseKeeper;
}

function prefixOf(name: string): string {
  // Escaped: the lock "a" must not find the places of the lock "a/b" in its line.
  return `lock/${encodeURIComponent(name)}/`;
}

async function standInLine({ clerk, name, key, lease }: Place, signal: AbortSignal): Promise<void> {
  for (;;) {
    try {
      const result = await clerk.batch(
        [{ kind: "version", key, version: 0 }],
        [{ op: "put", key, value: "", lease: lease.id }],
        { signal },
      );
      if (result.kind === "leaseUnknown") throw new LockLostError(name);
      // There already: by an earlier try of this very caller, since nobody else knows the lease.
      return;
    } catch (error) {
      if (!(error instanceof UnknownOutcomeError) || signal.aborted) throw error;
    }
  }
}

async function waitForTurn({ clerk, name, key }: Place, signal: AbortSignal): Promise<number> {
  for (;;) {
    const { line, revision } = await readLine(clerk, name, signal);
    const at = line.findIndex((entry) => entry.key === key);
    if (at === -1) throw new LockLostError(name);
    if (at === 0) return line[0].createdAt;
    // Only the one before: if everybody watched the holder, each release would wake the whole line.
    await untilGone(clerk, line[at - 1].key, revision, signal);
  }
}

async function readLine(clerk: Clerk, name: string, signal: AbortSignal): Promise<Line> {
  const line: StoreEntry[] = [];
  let after: string | null = null;
  for (;;) {
    const page = await clerk.scan({ kind: "prefix", prefix: prefixOf(name) }, { signal, after });
    line.push(...page.entries);
    if (!page.more) {
      line.sort((left, right) => left.createdAt - right.createdAt);
      return { line, revision: page.revision };
    }
    after = line[line.length - 1].key;
  }
}

interface Line {
  readonly line: readonly StoreEntry[];
  readonly revision: number;
}

async function untilGone(clerk: Clerk, key: string, revision: number, signal: AbortSignal): Promise<void> {
  const range = { kind: "between", from: key, to: `${key}\u0000` } as const;
  try {
    for await (const event of clerk.watch(range, { afterRevision: revision, signal })) {
      if (event.kind === "delete") return;
    }
  } catch (error) {
    // While this caller was cut off, more was written than is remembered: the line itself says who is there still.
    if (!(error instanceof CompactedError)) throw error;
  }
}
