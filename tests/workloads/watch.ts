/**
 * Writers and watchers: everything that is written reaches everybody who watches, in order, once, without gaps.
 * @module
 */

import {
  type Clerk,
  CompactedError,
  RefusedError,
  type StoreEvent,
  UnknownOutcomeError,
} from "../../kv/mod.ts";
import { DEFAULT_HISTORY_EVENTS } from "../../kv/store/store.ts";
import { clerkAt } from "./register.ts";
import { untilKnown } from "./until_known.ts";
import { watchCodec, type WatchInput, watchModel, type WatchOutput, type WatchState } from "./watch_model.ts";
import type { Operation } from "../../porcupine/mod.ts";
import { answeredOf, type Breach, Memories } from "./sessions.ts";
import type { Asking, WorkloadParts } from "./workload.ts";

type Step = IteratorResult<StoreEvent, void>;

/** A client that writes or watches. */
export interface WatchClient {
  readonly clerk: Clerk;
  events: AsyncGenerator<StoreEvent, void, void> | null;
  /** What it waits for; it goes on waiting when a question's time is up. */
  waiting: Promise<Step> | null;
  /** The revision that it was given last. */
  seen: number;
}

const RANGE = { kind: "prefix", prefix: "watch/" } as const;
/** So many events are read from the beginning on in the end. */
const AUDITED = 12;

/** See the module's page. */
export const watchWorkload: WorkloadParts<WatchState, WatchInput, WatchOutput, WatchClient> = {
  name: "watch",
  summary: "some clients write, the others watch",
  checker: "porcupine, a store with revisions: every watcher sees every write once, in order",
  uniqueCommands: false,
  codec: watchCodec,
  model: watchModel,
  facts: {},
  connect: (runtime, sea) => ({ clerk: clerkAt(runtime, sea), events: null, waiting: null, seen: 0 }),
  think: ({ name, nth }) =>
    watches(name)
      ? { f: "next" }
      : { f: "put", key: `${RANGE.prefix}${name}.${nth}`, value: `${name}.${nth}` },
  async ask(client, input, asking) {
    if (input.f === "next") return await next(client, asking);
    return {
      f: "put",
      revision: await untilKnown(asking.timeoutMs, (limitMs) => create(client, input, limitMs)),
    };
  },
  probe: { f: "put", key: `${RANGE.prefix}probe`, value: "probe" },
  audit: () => Array.from({ length: AUDITED }, () => ({ f: "next" })),
  auditAfterMs: 0,
  ghosts: () => [],
  sessions: everyWriteInOrder,
  laws: () => null,
};

/** Every key is written once: whoever finds it there has written it in an earlier try. Gives the revision of the write. */
async function create(
  { clerk }: WatchClient,
  { key, value }: WatchInput & { readonly f: "put" },
  timeoutMs: number,
): Promise<number> {
  const put = await clerk.putIfVersion(key, value, 0, { timeoutMs });
  if (put.kind === "written") return put.revision;
  const entry = await clerk.entry(key, { timeoutMs: Infinity });
  if (entry === null) throw new UnknownOutcomeError("It was there, and is not there");
  return entry.revision;
}

/**
 * Every watcher is given one write after the other, without a gap and none twice; a writer's revisions rise. Whoever is so far behind that
 * what he waits for is no longer kept goes on behind that: then so much must have been written since.
 */
export function everyWriteInOrder(operations: readonly Operation<WatchInput, WatchOutput>[]): Breach | null {
  const memories = new Memories<{ revision: number }>(() => ({ revision: 0 }));
  const compacted = operations.filter(({ input }) => input.f === "put").length - DEFAULT_HISTORY_EVENTS;
  for (const { client, output, atMs } of answeredOf(operations)) {
    const memory = memories.of(client, output.f);
    const revision = output.f === "put" ? output.revision : output.write.revision;
    const inOrder = output.f === "put" ? revision > memory.revision : revision === memory.revision + 1 ||
      (revision === output.after + 1 && output.after > memory.revision && output.after <= compacted);
    if (!inOrder) {
      const verb = output.f === "put" ? "wrote" : "was given";
      const sentence = `${client} ${verb} revision ${revision} after revision ${memory.revision}.`;
      return { violation: { law: "watch-order", node: "", sentence }, atMs };
    }
    memory.revision = revision;
  }
  return null;
}

/** Every other client. */
function watches(name: string): boolean {
  return name === "audit" || Number(name.slice(1)) % 2 === 0;
}

async function next(
  client: WatchClient,
  { name, timeoutMs, sea }: Asking<WatchInput, WatchOutput>,
): Promise<WatchOutput> {
  client.events ??= client.clerk.watch(RANGE, { afterRevision: client.seen });
  client.waiting ??= client.events.next();
  // Long enough for any watch to come through, and nobody waits for the last reader for ever.
  const patienceMs = name === "audit" ? Math.min(timeoutMs, 4000) : timeoutMs;
  const late = Promise.withResolvers<null>();
  const timer = sea.world.clock.setTimer(patienceMs, () => late.resolve(null));
  const step = await Promise.race([client.waiting, late.promise]).catch((error) => leftBehind(client, error))
    .finally(() => timer.cancel());
  if (step === null) throw new RefusedError("timeout", "Nothing happened");
  client.waiting = null;
  if (step.done || step.value.kind !== "put") throw new TypeError("Somebody deleted what nobody deletes");
  const { revision, key, value } = step.value;
  const after = client.seen;
  client.seen = revision;
  return { f: "next", after, write: { revision, key, value } };
}

/** Others write faster than this watcher asks: it goes on behind what is no longer kept, as it is told to. */
function leftBehind(client: WatchClient, error: unknown): null {
  if (!(error instanceof CompactedError)) throw error;
  client.seen = error.compacted;
  client.events = client.waiting = null;
  return null;
}
