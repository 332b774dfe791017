/**
 * A lock with fencing tokens, taken, held for a while and given back by everybody.
 *
 * A lock falls to the next in line when its lease ends, which nobody asks for: from the moment at which its holder cannot be sure
 * any more an end of unknown outcome stands in the history. Before that moment the lock is exclusive. Where a server's clock may
 * run fast, a lease promises nothing and that moment is the very beginning; the tokens rise all the same.
 * @module
 */

import {
  acquireLock,
  type CallOptions,
  Clerk,
  type HeldLock,
  RefusedError,
  UnknownOutcomeError,
} from "../../kv/mod.ts";
import {
  type Keyed,
  keyedModel,
  lockCodec,
  type LockInput,
  lockModel,
  type LockOutput,
  type LockState,
} from "../../porcupine/mod.ts";
import { keyName } from "./append.ts";
import type { Asking, SeaWorld, WorkloadParts } from "./workload.ts";

type Input = Keyed<LockInput>;
type Ask = Asking<Input, LockOutput>;

/**
 * A clerk that remembers until when its leases are surely kept. A lock's own alarm says so, too, but on a real machine it may ring late:
 * then somebody else may have been given the lock before.
 */
export class SureClerk extends Clerk {
  /** When the lease that was granted or kept last ends at the earliest, on the clock of the history. */
  sureUntilMs = Infinity;
  readonly #world: SeaWorld;

  constructor(world: SeaWorld, options: ConstructorParameters<typeof Clerk>[0]) {
    super(options);
    this.#world = world;
  }

  /** Counted from before the question, as the lock itself does. */
  override async grantLease(ttlMs: number, options?: CallOptions): Promise<number> {
    const askedMs = this.#world.nowMs;
    const lease = await super.grantLease(ttlMs, options);
    this.sureUntilMs = askedMs + ttlMs;
    return lease;
  }

  override async keepLease(lease: number, options?: CallOptions): Promise<boolean> {
    const askedMs = this.#world.nowMs;
    const known = await super.keepLease(lease, options);
    if (known) this.sureUntilMs = askedMs + TTL_MS;
    return known;
  }
}

/** A client that holds a lock or none. */
export interface LockClient {
  readonly clerk: SureClerk;
  held: { readonly key: string; readonly lock: HeldLock } | null;
  /** When leases may have ended. */
  readonly ends: { readonly input: Input; readonly fromMs: number }[];
}

const TTL_MS = 1200;
/** More locks than this and nobody waits for anybody. */
const LOCKS = 2;

/** See the module's page. */
export const lockWorkload: WorkloadParts<LockState, Input, LockOutput, LockClient> = {
  name: "lock",
  summary: "locks with fencing tokens, held for a while and given back",
  checker: "porcupine, locks by key: exclusive as long as the lease is sure, tokens rise",
  uniqueCommands: false,
  codec: lockCodec,
  model: () => keyedModel(lockModel({ tokens: "increasing" })),
  facts: { tokens: "increasing" },
  connect: (runtime, { world, servers, group, attemptMs }) => ({
    clerk: new SureClerk(world, { runtime, servers, group, attemptMs }),
    held: null,
    ends: [],
  }),
  think({ random, load }, { held }) {
    if (held !== null) return { key: held.key, input: { f: "release", token: held.lock.token } };
    return { key: keyName(random.below(Math.min(load.keys, LOCKS))), input: { f: "acquire" } };
  },
  ask: (client, { key, input }, asking) =>
    input.f === "acquire" ? acquire(client, key, asking) : release(client, asking),
  probe: { key: "probe", input: { f: "acquire" } },
  // Whoever is left holding a lock is gone: its lease ends, and the lock can be had.
  audit: () => [{ key: keyName(0), input: { f: "acquire" } }],
  auditAfterMs: 0,
  ghosts: ({ ends }) => ends,
  sessions: () => null,
  laws: () => null,
};

async function acquire(client: LockClient, key: string, { timeoutMs, sea }: Ask): Promise<LockOutput> {
  const { world, honestClocks } = sea;
  const patience = new AbortController();
  const timer = Number.isFinite(timeoutMs) ? world.clock.setTimer(timeoutMs, () => patience.abort()) : null;
  let lock: HeldLock;
  try {
    lock = await acquireLock(client.clerk, key, { ttlMs: TTL_MS, signal: patience.signal });
  } catch (cause) {
    // It was never told of the lock: whatever place it had in line ends by itself, and nobody saw it.
    throw new RefusedError("timeout", "The lock was not to be had", { cause });
  } finally {
    timer?.cancel();
  }
  client.held = { key, lock };
  const input = { key, input: { f: "release", token: lock.token } } as const;
  const endsNow = () => {
    client.ends.push({ input, fromMs: Math.min(world.nowMs, client.clerk.sureUntilMs) });
  };
  if (honestClocks) lock.signal.addEventListener("abort", endsNow, { once: true });
  else endsNow();
  return { f: "acquire", token: lock.token };
}

async function release(client: LockClient, { sea }: Ask): Promise<LockOutput> {
  const { held, clerk } = client;
  client.held = null;
  if (held === null) throw new RefusedError("invalid", "Nothing is held");
  // Its lease may be over: then somebody else's was the lock already, and this release means nothing.
  const sure = sea.honestClocks && !held.lock.signal.aborted && sea.world.nowMs < clerk.sureUntilMs;
  try {
    await held.lock.release();
  } catch (cause) {
    throw new UnknownOutcomeError("The lock may still be held, until its lease ends", { cause });
  }
  if (!sure) throw new UnknownOutcomeError("The lease may have ended before");
  return { f: "release", released: true };
}
