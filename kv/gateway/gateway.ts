/**
 * How one process of the store carries out what its clients ask: here if it leads, at the leader otherwise.
 *
 * Whatever comes in one turn of the event loop, or while the last command is on its way, goes on together, from however many
 * connections: writes as one command, which is one entry of the log; looks behind one question whether this member still leads.
 * @module
 */

import type { Clock } from "../../runtime/clock.ts";
import { RefusedError, UnknownOutcomeError } from "../errors.ts";
import type { Outcome } from "../outcome.ts";
import type { Replica } from "../replica.ts";
import type { SessionClient } from "../session_client.ts";
import { BadInputError } from "../store/bad_input.ts";
import { checkTransaction } from "../store/check_steps.ts";
import { decodeResults, encodeTransactions } from "../store/step_codec.ts";
import {
  isShort,
  sizeOfStep,
  type Step,
  type StepResult,
  type Transaction,
  type TransactionResult,
} from "../store/steps.ts";
import type { Store } from "../store/store.ts";

/** What a gateway is made of. */
export interface GatewayOptions {
  /** This process's member of the group. */
  readonly replica: Replica;
  /** Its machine. */
  readonly store: Store;
  /** The way to whoever leads, with retries that execute nothing twice. */
  readonly client: SessionClient;
  /** Measures how long a client waits. */
  readonly clock: Clock;
  /** Runs something once the present turn of the event loop is over. */
  readonly afterTurn: (action: () => void) => void;
  /** How long a client waits at most. @default {10,000} */
  readonly timeoutMs?: number;
}

/** How a request ended. */
export type Settled<T> =
  | { readonly kind: "done"; readonly value: T }
  /** `RefusedError`, `UnknownOutcomeError` or `BadInputError`. */
  | { readonly kind: "failed"; readonly error: Error };

/** Takes the end of a request. */
export type Settle<T> = (settled: Settled<T>) => void;

/** What a gateway has done. */
export interface GatewayCounters {
  /** Transactions that write. */
  readonly writes: number;
  /** Commands that carried them. */
  readonly writeBatches: number;
  /** Requests that only look. */
  readonly looks: number;
  /** Questions whether this member still leads, or to the leader, that they shared. */
  readonly lookRounds: number;
  /** Batches that went to the leader elsewhere. */
  readonly forwarded: number;
  /** Requests that failed. */
  readonly failed: number;
}

interface Job<Q, T> {
  readonly asked: Q;
  readonly settle: Settle<T>;
}

/** Nobody has answered in time. */
const LATE = Symbol("late");
const DEFAULT_TIMEOUT_MS = 10_000;
/** Most transactions of one command, and most bytes of it besides the last. */
const MAX_JOINED = 1024;
const MAX_JOINED_BYTES = 1 << 20;
/**
 * Most commands on their way that carry less than `FULL`. A command has its price on every disk, line and member, about that of ten
 * writes, however many it carries: two on their way at once would share the same clients between them.
 */
const MAX_WRITE_BATCHES = 1;
/** The same for commands to another member, which may hang until it is found to be dead: who waits should not all stand behind one. */
const MAX_FORWARDED = 2;
/** Writes behind which that price does not show: with so many, one more command may go. */
const FULL = 128;
/**
 * Whoever was answered just now will ask again in a moment: the next command waits for them as long as somebody comes, and through
 * so many turns of the event loop in which nobody does.
 */
const IDLE_TURNS = 3;
/** Looks that come while a question is out share the next one. */
const MAX_LOOK_ROUNDS = 1;

/** See the module's page. */
export class Gateway {
  readonly #options: GatewayOptions;
  readonly #timeoutMs: number;
  readonly #writes: Job<Transaction, TransactionResult>[] = [];
  readonly #looks: Job<readonly Step[], readonly StepResult[]>[] = [];
  readonly #counters = { writes: 0, writeBatches: 0, looks: 0, lookRounds: 0, forwarded: 0, failed: 0 };
  /** Commands on their way that began here while this member led, and others. */
  readonly #writing = { here: 0, elsewhere: 0 };
  #looking = 0;
  #turnEnds = false;
  /** Writes that the next command is to carry, as far as one can tell. */
  #expected = 0;
  /** How many had come by the last turn, and turns since then that brought nobody. */
  #come = 0;
  #idleTurns = 0;

  /** A gateway of one process. */
  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  }

  /** What it has done so far. */
  get counters(): GatewayCounters {
    return { ...this.#counters };
  }

  /** Requests that have not ended. */
  get waiting(): number {
    return this.#writes.length + this.#looks.length;
  }

  /** Executes a transaction, at most once. `settle` may be called within this call, if the store does not take it. */
  write(transaction: Transaction, settle: Settle<TransactionResult>): void {
    try {
      // Here and one by one: a bad transaction must not take others down that travel with it.
      checkTransaction(transaction);
    } catch (error) {
      return this.#fail(settle, error);
    }
    this.#counters.writes++;
    this.#writes.push({ asked: transaction, settle });
    this.#soon();
  }

  /** Answers steps that only look, linearizably. */
  look(steps: readonly Step[], settle: Settle<readonly StepResult[]>): void {
    try {
      checkTransaction({ guards: [], steps });
    } catch (error) {
      return this.#fail(settle, error);
    }
    this.#counters.looks++;
    this.#looks.push({ asked: steps, settle });
    this.#soon();
  }

  #soon(): void {
    if (this.#turnEnds) return;
    this.#turnEnds = true;
    this.#options.afterTurn(() => {
      this.#turnEnds = false;
      this.#go();
    });
  }

  #go(): void {
    while (this.#mayWrite()) void this.#write(this.#takeWrites());
    while (this.#looks.length > 0 && this.#looking < MAX_LOOK_ROUNDS) {
      void this.#look(this.#looks.splice(0, MAX_JOINED));
    }
  }

  #mayWrite(): boolean {
    const come = this.#writes.length;
    const route = this.#route();
    const most = route === "here" ? MAX_WRITE_BATCHES : MAX_FORWARDED;
    if (come === 0 || this.#writing[route] > most) return false;
    if (this.#writing[route] === most) return come >= FULL;
    if (come >= this.#expected || this.#idleTurns >= IDLE_TURNS) return true;
    this.#idleTurns = come > this.#come ? 0 : this.#idleTurns + 1;
    this.#come = come;
    this.#soon();
    return false;
  }

  #route(): "here" | "elsewhere" {
    return this.#options.replica.node.state().isLeader ? "here" : "elsewhere";
  }

  #takeWrites(): Job<Transaction, TransactionResult>[] {
    let count = 0;
    for (let bytes = 0; count < this.#writes.length && count < MAX_JOINED && bytes < MAX_JOINED_BYTES;) {
      for (const step of this.#writes[count++].asked.steps) bytes += sizeOfStep(step);
    }
    return this.#writes.splice(0, count);
  }

  async #write(jobs: readonly Job<Transaction, TransactionResult>[]): Promise<void> {
    const route = this.#route();
    this.#writing[route]++;
    this.#expected = this.#come = this.#idleTurns = 0;
    this.#counters.writeBatches++;
    await this.#settle(jobs, async () => {
      const command = encodeTransactions(jobs.map((job) => job.asked), jobs.length * 320 + 64);
      return decodeResults(await this.#submit(command));
    });
    this.#writing[route]--;
    this.#expected = this.#writes.length + jobs.length;
    // What has gathered meanwhile, and what these answers have set off in this turn.
    if (this.#writes.length > 0) this.#soon();
  }

  async #submit(command: Uint8Array): Promise<Uint8Array> {
    const { replica, client } = this.#options;
    if (replica.node.state().isLeader) {
      const outcome = await this.#patiently(replica.propose(command, { checked: true }));
      if (outcome === LATE) {
        throw new UnknownOutcomeError(
          `No majority has stored the write within ${this.#timeoutMs} ms: it may yet be executed`,
        );
      }
      if (outcome.kind === "applied") return outcome.reply;
      if (outcome.kind === "unknown") {
        throw new UnknownOutcomeError(
          "This member lost leadership: the write may have been executed, or may yet be",
        );
      }
      // Certainly not executed: it may be tried elsewhere.
    }
    this.#counters.forwarded++;
    return await client.submit(command, { timeoutMs: this.#timeoutMs });
  }

  async #look(jobs: readonly Job<readonly Step[], readonly StepResult[]>[]): Promise<void> {
    this.#looking++;
    this.#counters.lookRounds++;
    const late = await this.#settle(jobs, async () => {
      if (!await this.#mayLook()) return await this.#lookElsewhere(jobs);
      return jobs.map(({ asked }) => this.#options.store.look(asked));
    }, isShort);
    this.#looking--;
    // Those that wait here went with others, and were too late for the room that an answer has.
    this.#looks.unshift(...late);
    if (this.#looks.length > 0) this.#soon();
  }

  async #mayLook(): Promise<boolean> {
    const { replica } = this.#options;
    if (!replica.node.state().isLeader) return false;
    const outcome: Outcome | null | typeof LATE = await this.#patiently(replica.whenCurrent());
    if (outcome !== LATE) return outcome === null;
    throw new RefusedError("timeout", `Cannot look: no majority has answered within ${this.#timeoutMs} ms`);
  }

  /**
   * `LATE` if it takes too long. A leader whose followers answer, but whose disks hang, leads on and commits nothing: its clients
   * would wait for ever.
   */
  #patiently<T>(what: Promise<T>): Promise<T | typeof LATE> {
    return new Promise((resolve, reject) => {
      const timer = this.#options.clock.setTimer(this.#timeoutMs, () => resolve(LATE));
      what.finally(() => timer.cancel()).then(resolve, reject);
    });
  }

  async #lookElsewhere(
    jobs: readonly Job<readonly Step[], readonly StepResult[]>[],
  ): Promise<(readonly StepResult[])[]> {
    this.#counters.forwarded++;
    const question = encodeTransactions(jobs.map((job) => ({ guards: [], steps: job.asked })));
    const reply = await this.#options.client.query(question, { timeoutMs: this.#timeoutMs });
    return decodeResults(reply).map((result) => result.kind === "done" ? result.results : []);
  }

  /**
   * Tells each job its value, in order, or all of them why there are none. What it gives is to be asked again: jobs that are not
   * the first and whose values `isShort`.
   */
  async #settle<Q, T>(
    jobs: readonly Job<Q, T>[],
    carryOut: () => Promise<readonly T[]>,
    isShort: (value: T) => boolean = () => false,
  ): Promise<readonly Job<Q, T>[]> {
    let values: readonly T[];
    try {
      values = await carryOut();
      if (values.length !== jobs.length) throw new RangeError(`${values.length} answers to ${jobs.length}`);
    } catch (error) {
      for (const { settle } of jobs) this.#fail(settle, error);
      return [];
    }
    const late = jobs.filter((_, at) => at > 0 && isShort(values[at]));
    // Not before all values are there: whoever had been told would be told again that it failed.
    for (let at = 0; at < jobs.length; at++) {
      if (late.includes(jobs[at])) continue;
      jobs[at].settle({ kind: "done", value: values[at] });
    }
    return late;
  }

  #fail<T>(settle: Settle<T>, error: unknown): void {
    this.#counters.failed++;
    const known = error instanceof RefusedError || error instanceof UnknownOutcomeError ||
      error instanceof BadInputError;
    // Anything else is a bug of this process; what it has done to the request nobody knows.
    const given = known ? error : new UnknownOutcomeError(`This member failed: ${error}`, { cause: error });
    settle({ kind: "failed", error: given });
  }
}
