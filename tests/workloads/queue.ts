/**
 * A queue, first in first out: whoever takes the oldest item deletes it under the condition that it is still there, and leaves a mark
 * by which it knows its own deed again.
 * @module
 */

import { type Clerk, type Condition, RefusedError } from "../../kv/mod.ts";
import {
  type Item,
  type Keyed,
  keyedModel,
  type Operation,
  queueCodec,
  type QueueInput,
  queueModel,
  type QueueOutput,
} from "../../porcupine/mod.ts";
import type { Violation } from "../check/violation.ts";
import { clerkAt } from "./register.ts";
import { untilKnown } from "./until_known.ts";
import type { WorkloadParts } from "./workload.ts";

type Input = Keyed<QueueInput>;
type Items = readonly Item[];

const RANGE = { kind: "prefix", prefix: "queue/" } as const;
/** As often as others were faster somebody tries again. */
const TRIES = 8;

/** See the module's page. */
export const queueWorkload: WorkloadParts<Items, Input, QueueOutput, QueueClient> = {
  name: "queue",
  summary: "items go in at one end of a queue and come out at the other",
  checker: "porcupine, one queue; no item comes out twice",
  uniqueCommands: false,
  codec: queueCodec,
  model: () => keyedModel(queueModel()),
  facts: {},
  connect: (runtime, sea) => ({ clerk: clerkAt(runtime, sea), name: runtime.network.address, marks: 0 }),
  think: ({ name, nth, random }) =>
    asks(random.chance(0.5) ? { f: "enqueue", value: `${name}.${nth}` } : { f: "dequeue" }),
  async ask(client, { input }, { timeoutMs }) {
    if (input.f === "dequeue") return { f: "dequeue", value: await dequeue(client, timeoutMs) };
    await enqueue(client, `${input.value}`, timeoutMs);
    return { f: "enqueue" };
  },
  probe: asks({ f: "enqueue", value: "probe" }),
  audit: () => Array.from({ length: 12 }, () => asks({ f: "dequeue" })),
  auditAfterMs: 0,
  ghosts: () => [],
  sessions: () => null,
  laws: nothingTwice,
};

function asks(input: QueueInput): Input {
  return { key: "", input };
}

/** A client that knows its own marks. */
export interface QueueClient {
  readonly clerk: Clerk;
  readonly name: string;
  marks: number;
}

function itemKey(item: string): string {
  return `${RANGE.prefix}${item}`;
}

/** Whoever took an item leaves a mark there. */
function takenKey(item: string): string {
  return `taken/${item}`;
}

/** The condition that this item was never in the queue makes it safe to try again until somebody answers. */
async function enqueue({ clerk }: QueueClient, item: string, timeoutMs: number): Promise<void> {
  const never: Condition[] = [itemKey(item), takenKey(item)].map((key) => ({
    kind: "version",
    key,
    version: 0,
  }));
  await untilKnown(
    timeoutMs,
    (limitMs) =>
      clerk.batch(never, [{ op: "put", key: itemKey(item), value: "", lease: 0 }], { timeoutMs: limitMs }),
  );
}

async function dequeue(client: QueueClient, timeoutMs: number): Promise<string | null> {
  const { clerk, name } = client;
  for (let tries = 0; tries < TRIES; tries++) {
    const { entries } = await clerk.scan(RANGE, { timeoutMs });
    if (entries.length === 0) return null;
    const { key, version } = entries.reduce((left, right) => right.createdAt < left.createdAt ? right : left);
    const item = key.slice(RANGE.prefix.length);
    const mark = `${name} ${++client.marks}`;
    const result = await untilKnown(timeoutMs, (limitMs) =>
      clerk.batch(
        [{ kind: "version", key, version }],
        [{ op: "delete", key }, { op: "put", key: takenKey(item), value: mark, lease: 0 }],
        { timeoutMs: limitMs },
      ));
    if (result.kind === "done") return item;
    // An earlier try may have been executed although nobody said so.
    if (await clerk.get(takenKey(item), { timeoutMs: Infinity }) === mark) return item;
  }
  throw new RefusedError("aborted", "Others were faster each time");
}

/** No item comes out twice. Follows from the model, and says it in fewer words. */
export function nothingTwice(operations: readonly Operation<Input, QueueOutput>[]): Violation | null {
  const takers = new Map<unknown, unknown>();
  for (const { client, outcome } of operations) {
    if (outcome.status !== "ok" || outcome.output.f !== "dequeue" || outcome.output.value === null) continue;
    const { value } = outcome.output;
    if (takers.has(value)) {
      return {
        law: "dequeued-once",
        node: "",
        sentence: `The item ${value} was handed to ${takers.get(value)} and to ${client}.`,
      };
    }
    takers.set(value, client);
  }
  return null;
}
