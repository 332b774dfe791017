/**
 * What a process has been asked of one shard and not answered yet.
 *
 * Writes leave one command at a time, in the order in which they came: with two on their way, one that has to be tried again
 * would be overtaken by the next, and a client that sent both on one connection would see them in the wrong order.
 * @module
 */

import { decodeResults, encodeTransactions } from "../kv/store/step_codec.ts";
import { isShort, sizeOfStep, type Step, type StepResult, type Transaction } from "../kv/store/steps.ts";
import type { TransactionResult } from "../kv/store/steps.ts";
import type { Settle, Settled } from "../kv/gateway/gateway.ts";

/** How a shard is reached. */
export interface ShardCalls {
  /** Executes transactions exactly once. */
  readonly submit: (command: Uint8Array) => Promise<Uint8Array>;
  /** Asks transactions that only look. */
  readonly query: (question: Uint8Array) => Promise<Uint8Array>;
}

interface Job<Q, T> {
  readonly asked: Q;
  readonly settle: Settle<T>;
}

/** Most transactions of one command, and most bytes of it besides the last. */
const MAX_JOINED = 1024;
const MAX_JOINED_BYTES = 1 << 20;

/** See the module's page. */
export class Lane {
  readonly #calls: ShardCalls;
  readonly #writes: Job<Transaction, TransactionResult>[] = [];
  readonly #looks: Job<readonly Step[], readonly StepResult[]>[] = [];
  #writing = false;
  #looking = false;

  /** Nothing has been asked yet. */
  constructor(calls: ShardCalls) {
    this.#calls = calls;
  }

  /** Requests that have not left. */
  get waiting(): number {
    return this.#writes.length + this.#looks.length;
  }

  /** Takes a transaction. */
  write(transaction: Transaction, settle: Settle<TransactionResult>): void {
    this.#writes.push({ asked: transaction, settle });
  }

  /** Takes steps that only look. */
  look(steps: readonly Step[], settle: Settle<readonly StepResult[]>): void {
    this.#looks.push({ asked: steps, settle });
  }

  /** Sends what has gathered, if nothing of its kind is on its way. */
  go(): void {
    if (this.#writes.length > 0 && !this.#writing) void this.#write(this.#takeWrites());
    if (this.#looks.length > 0 && !this.#looking) void this.#look(this.#looks.splice(0, MAX_JOINED));
  }

  #takeWrites(): Job<Transaction, TransactionResult>[] {
    let count = 0;
    for (let bytes = 0; count < this.#writes.length && count < MAX_JOINED && bytes < MAX_JOINED_BYTES;) {
      for (const step of this.#writes[count++].asked.steps) bytes += sizeOfStep(step);
    }
    return this.#writes.splice(0, count);
  }

  async #write(jobs: readonly Job<Transaction, TransactionResult>[]): Promise<void> {
    this.#writing = true;
    const ended = await answersTo(jobs, async () => {
      const command = encodeTransactions(jobs.map((job) => job.asked), jobs.length * 320 + 64);
      return decodeResults(await this.#calls.submit(command));
    });
    this.#writing = false;
    settleAll(jobs, ended);
    this.go();
  }

  async #look(jobs: readonly Job<readonly Step[], readonly StepResult[]>[]): Promise<void> {
    this.#looking = true;
    const ended = await answersTo(jobs, async () => {
      const question = encodeTransactions(jobs.map((job) => ({ guards: [], steps: job.asked })));
      const results = decodeResults(await this.#calls.query(question));
      return results.map((result) => result.kind === "done" ? result.results : []);
    });
    this.#looking = false;
    // The first had all the room there is; the others may have come too late only.
    const again = ended instanceof Error ? [] : jobs.filter((_, at) => at > 0 && isShort(ended[at]));
    settleAll(jobs, ended, new Set(again));
    this.#looks.unshift(...again);
    this.go();
  }
}

/** All answers, or why there are none. */
async function answersTo<T>(
  jobs: readonly unknown[],
  ask: () => Promise<readonly T[]>,
): Promise<readonly T[] | Error> {
  try {
    const answers = await ask();
    if (answers.length === jobs.length) return answers;
    return new RangeError(`${answers.length} answers to ${jobs.length} requests`);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Each job hears once how it ended: one that was told a value and then a failure would be answered twice. */
function settleAll<Q, T>(
  jobs: readonly Job<Q, T>[],
  ended: readonly T[] | Error,
  except: ReadonlySet<Job<Q, T>> = new Set(),
): void {
  for (let at = 0; at < jobs.length; at++) {
    if (except.has(jobs[at])) continue;
    const settled: Settled<T> = ended instanceof Error
      ? { kind: "failed", error: ended }
      : { kind: "done", value: ended[at] };
    jobs[at].settle(settled);
  }
}
