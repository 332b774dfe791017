/**
 * Transactions of one to four steps over a few lists and registers: appends, writes and reads, mixed. Judged by the cycles of their
 * dependencies, as Elle does.
 *
 * There are three ways to carry one out, and all must come to the same: as steps at one place in the log; as reads and then a batch that
 * demands that nothing has changed since; as the same with steps that are guarded (what `WATCH` and `EXEC` are made of). Transactions that
 * only read need not go through the log.
 * @module
 */

import type { Clerk, Condition, Write } from "../../kv/mod.ts";
import { decodeResults, encodeTransactions } from "../../kv/store/step_codec.ts";
import type { Step, StepResult } from "../../kv/store/steps.ts";
import {
  checkTransactions,
  type MicroOperation,
  type Operation,
  transactionCodec,
  type TransactionInput,
  transactionModel,
  type TransactionOutput,
  transactionsOf,
  type TransactionState,
  type TransactionValue,
} from "../../porcupine/mod.ts";
import type { Load } from "../nemesis/plan.ts";
import { clerkAt } from "./register.ts";
import type { Breach } from "./sessions.ts";
import type { Thought, WorkloadParts } from "./workload.ts";

/** How a transaction is carried out. */
export type Manner = "steps" | "batch" | "guards" | "look";

/** A client, and how it carries out its next transaction. */
export interface TxnClient {
  readonly clerk: Clerk;
  manner: Manner;
}

/**
 * Keys cannot be judged one by one, and each lost answer doubles what the search has to think of. Clients wait so many times as long as
 * elsewhere.
 */
const PATIENCE = 8;
const MOST_STEPS = 4;
/** A liveness probe that may have to be tried again must not write anything twice: it looks, but through the log. */
const LOOK_AT_ALL = { key: "l0", f: "read", found: null } as const;

/** See the module's page. */
export const txnWorkload: WorkloadParts<TransactionState, TransactionInput, TransactionOutput, TxnClient> = {
  name: "txn",
  summary: "transactions of appends, writes and reads over a few lists and registers",
  checker: "cycles of dependencies (Elle), strict serializability; porcupine, one store",
  uniqueCommands: false,
  codec: transactionCodec("txn"),
  model: transactionModel,
  facts: {},
  connect: (runtime, sea) => ({ clerk: clerkAt(runtime, sea), manner: "steps" }),
  think,
  async ask({ clerk, manner }, { operations }, asking) {
    const timeoutMs = asking.timeoutMs * PATIENCE;
    switch (manner) {
      case "steps":
        return await asSteps(clerk, operations, timeoutMs);
      case "look":
        return await look(clerk, operations, timeoutMs);
      case "batch":
      case "guards":
        return await optimistic(clerk, operations, {
          manner,
          timeoutMs,
          // Time for others to come between, without which conditions would seldom matter.
          consider: () => asking.sea.world.clock.sleep(asking.sea.load.pauseMs / 3),
        });
    }
  },
  probe: { f: "txn", operations: [LOOK_AT_ALL] },
  audit: (load) => [{ f: "txn", operations: allKeys(load).map((key) => ({ f: "read", key, found: null })) }],
  auditAfterMs: 0,
  ghosts: () => [],
  sessions: unbrokenBy,
  laws: () => null,
};

/** Lists are named `l0`, `l1` ..., registers `r0` ... */
function allKeys({ keys }: Pick<Load, "keys">): string[] {
  const registers = Math.ceil(keys / 2);
  return [
    ...Array.from({ length: keys }, (_, number) => `l${number}`),
    ...Array.from({ length: registers }, (_, number) => `r${number}`),
  ];
}

function isList(key: string | number): boolean {
  return `${key}`.startsWith("l");
}

function think({ name, nth, random, load }: Thought, client: TxnClient): TransactionInput {
  const keys = allKeys(load);
  const writes = load.putShare + load.appendShare;
  const drawnSteps = Array.from({ length: 1 + random.below(MOST_STEPS) }, (_, number): MicroOperation[] => {
    const key = keys[random.below(keys.length)];
    const read = { f: "read", key, found: null } as const;
    if (!random.chance(writes)) return [read];
    // Every value is written once in a run: it tells whose it is.
    const value = `${name}.${nth}.${number + 1}`;
    // A register is read before it is written: then each value tells which one it replaced, and no order of them has to be searched for.
    return isList(key) ? [{ f: "append", key, value }] : [read, { f: "write", key, value }];
  });
  const operations = drawnSteps.flat();
  const drawn = random.next();
  client.manner = drawn < 0.6 ? "steps" : drawn < 0.8 ? "batch" : "guards";
  if (operations.every(({ f }) => f === "read") && drawn < 0.5) client.manner = "look";
  return { f: "txn", operations };
}

function stepOf(step: MicroOperation): Step {
  const key = `${step.key}`;
  switch (step.f) {
    case "read":
      return { op: "get", key };
    case "append":
      return { op: "append", key, value: `${step.value} ` };
    case "write":
      return {
        op: "set",
        key,
        value: `${step.value}`,
        when: "always",
        expiry: { kind: "none" },
        previous: false,
      };
  }
}

async function asSteps(
  clerk: Clerk,
  operations: readonly MicroOperation[],
  timeoutMs: number,
): Promise<TransactionOutput> {
  const command = encodeTransactions([{ guards: [], steps: operations.map(stepOf) }]);
  return answerTo(operations, await clerk.client.submit(command, { timeoutMs }));
}

async function look(
  clerk: Clerk,
  operations: readonly MicroOperation[],
  timeoutMs: number,
): Promise<TransactionOutput> {
  const question = encodeTransactions([{ guards: [], steps: operations.map(stepOf) }]);
  return answerTo(operations, await clerk.client.query(question, { timeoutMs }));
}

/** What a client that asked for `operations` makes of the store's reply. */
export function answerTo(operations: readonly MicroOperation[], reply: Uint8Array): TransactionOutput {
  const [result] = decodeResults(reply);
  if (result.kind !== "done") return { f: "txn", committed: false };
  const own = result.results.length === operations.length;
  const done = operations.map((step, i): MicroOperation =>
    step.f === "read"
      ? { ...step, found: own ? foundIn(step.key, result.results[i]) : strange(step.key) }
      : step
  );
  return { f: "txn", committed: true, operations: done };
}

function foundIn(
  key: string | number,
  result: StepResult,
): TransactionValue | readonly TransactionValue[] | null {
  return result.kind === "text" ? valueOf(key, result.value) : null;
}

/** What nobody wrote: an answer to somebody else's question is for the checker to judge, and no reason to fall over (K20, seed 5). */
const ANOTHERS = "another's answer";

function strange(key: string | number): TransactionValue | readonly TransactionValue[] {
  return valueOf(key, ANOTHERS);
}

function valueOf(key: string | number, text: string): TransactionValue | readonly TransactionValue[] {
  return isList(key) ? text.split(" ").filter((value) => value !== "") : text;
}

/** What was found under each key, and when it was written last. */
interface Seen {
  readonly text: string | null;
  readonly revision: number;
}

/** Reads first, and writes only if nothing has changed since; else the transaction has failed, and nothing has happened. */
async function optimistic(
  clerk: Clerk,
  operations: readonly MicroOperation[],
  { manner, timeoutMs, consider }: {
    readonly manner: "batch" | "guards";
    readonly timeoutMs: number;
    readonly consider: () => Promise<void>;
  },
): Promise<TransactionOutput> {
  const keys = [...new Set(operations.map(({ key }) => `${key}`))];
  const seen = await lookAt(clerk, keys, timeoutMs);
  const done = executed(operations, seen);
  const writes = operations.flatMap((step): (MicroOperation & { f: "append" | "write" })[] =>
    step.f === "read" ? [] : [step]
  );
  // What was read was there all at once: there is nothing to demand.
  if (writes.length === 0) return { f: "txn", committed: true, operations: done };
  await consider();
  const revisions = keys.map((key) => ({ key, revision: seen.get(key)?.revision ?? 0 }));
  if (manner === "guards") {
    const command = encodeTransactions([{ guards: revisions, steps: writes.map(stepOf) }]);
    const [result] = decodeResults(await clerk.client.submit(command, { timeoutMs }));
    return result.kind === "done"
      ? { f: "txn", committed: true, operations: done }
      : { f: "txn", committed: false };
  }
  const conditions = revisions.map(({ key, revision }): Condition => ({ kind: "revision", key, revision }));
  const result = await clerk.batch(conditions, writes.map(writeOf), { timeoutMs });
  return result.kind === "done"
    ? { f: "txn", committed: true, operations: done }
    : { f: "txn", committed: false };
}

function writeOf({ f, key, value }: MicroOperation & { f: "append" | "write" }): Write {
  return f === "append"
    ? { op: "append", key: `${key}`, value: `${value} ` }
    : { op: "put", key: `${key}`, value: `${value}`, lease: 0 };
}

async function lookAt(clerk: Clerk, keys: readonly string[], timeoutMs: number): Promise<Map<string, Seen>> {
  const steps = keys.flatMap((key): Step[] => [{ op: "get", key }, { op: "revisionOf", key }]);
  const [result] = decodeResults(
    await clerk.client.query(encodeTransactions([{ guards: [], steps }]), { timeoutMs }),
  );
  const results = result.kind === "done" ? result.results : [];
  return new Map(keys.map((key, i) => {
    if (results.length !== steps.length) return [key, { text: ANOTHERS, revision: 0 }];
    const [text, revision] = [results[2 * i], results[2 * i + 1]];
    return [key, {
      text: text.kind === "text" ? text.value : null,
      revision: revision.kind === "integer" ? Number(revision.value) : 0,
    }];
  }));
}

/** The steps as they come to pass on what was seen. */
function executed(operations: readonly MicroOperation[], seen: ReadonlyMap<string, Seen>): MicroOperation[] {
  const held = new Map([...seen].map(([key, { text }]) => [key, text]));
  return operations.map((step) => {
    const key = `${step.key}`;
    const text = held.get(key) ?? null;
    if (step.f === "read") return { ...step, found: text === null ? null : valueOf(key, text) };
    held.set(key, step.f === "append" ? `${text ?? ""}${step.value} ` : `${step.value}`);
    return step;
  });
}

/**
 * The worst anomaly of a history that is not strict serializable, each transaction named by its client and its time. Where all could be seen
 * that there was to see, that there is none is a proof.
 */
export function unbrokenBy(
  operations: readonly Operation<TransactionInput, TransactionOutput>[],
): Breach | "proven" | null {
  const history = transactionsOf(operations);
  const verdict = checkTransactions(history, {
    nameOf: (i) => `${history[i].process} (${history[i].callAt.toFixed(1)} ms)`,
  });
  if (verdict.kind === "ok") return verdict.complete ? "proven" : null;
  const ends = verdict.anomaly.transactions.map((i) => {
    const { callAt, outcome } = history[i];
    return outcome.status === "unknown" ? callAt : outcome.returnAt;
  });
  const held = verdict.strongest === "none"
    ? "not even read-uncommitted"
    : `no more than ${verdict.strongest}`;
  const sentence = `The transactions are not strict serializable, ${held}: ${verdict.sentence}.`;
  return { violation: { law: "strict-serializability", node: "", sentence }, atMs: Math.max(...ends) };
}
