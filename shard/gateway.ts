/**
 * How one process carries out what its clients ask of a sharded store: at whichever group owns the keys, wherever they move.
 *
 * It has the face of `kv/`'s gateway, so the same ports can stand in front of it. What comes in one turn of the event loop, from
 * however many connections, goes to each shard together.
 * @module
 */

import { RefusedError, UnknownOutcomeError } from "../kv/errors.ts";
import type { Gateway, Settle } from "../kv/gateway/gateway.ts";
import { BadInputError } from "../kv/store/bad_input.ts";
import { checkTransaction } from "../kv/store/check_steps.ts";
import {
  onlyLooks,
  type Step,
  type StepResult,
  type Transaction,
  type TransactionResult,
} from "../kv/store/steps.ts";
import { Lane } from "./lane.ts";
import { cutLook, type CutStep } from "./looks.ts";
import type { Placement, ShardId } from "./placement.ts";
import type { Router } from "./router.ts";
import { keysOf } from "./step_keys.ts";

/** What a gateway of a sharded store is made of. */
export interface ShardGatewayOptions {
  /** Brings operations to their shards' owners. */
  readonly router: Router;
  /** Which key is in which shard, as the groups have it. */
  readonly placement: Placement;
  /** Runs something once the present turn of the event loop is over. */
  readonly afterTurn: (action: () => void) => void;
  /** How long a client waits at most. @default {10,000} */
  readonly timeoutMs?: number;
}

/** What a gateway of a sharded store has done. */
export interface ShardGatewayCounters {
  /** Transactions that write. */
  readonly writes: number;
  /** Requests that only look. */
  readonly looks: number;
  /** Requests that named keys of several shards. */
  readonly scattered: number;
  /** Commands and questions that were sent to shards. */
  readonly calls: number;
  /** Requests that failed. */
  readonly failed: number;
}

const DEFAULT_TIMEOUT_MS = 10_000;

/** See the module's page. */
export class ShardGateway implements Pick<Gateway, "look" | "write"> {
  readonly #options: ShardGatewayOptions;
  readonly #limits: { readonly timeoutMs: number };
  readonly #lanes = new Map<ShardId, Lane>();
  /** Lanes that were given something in this turn. */
  readonly #stirred = new Set<Lane>();
  readonly #counters = { writes: 0, looks: 0, scattered: 0, calls: 0, failed: 0 };

  /** A gateway of one process. */
  constructor(options: ShardGatewayOptions) {
    this.#options = options;
    this.#limits = { timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS };
  }

  /** What it has done so far. */
  get counters(): ShardGatewayCounters {
    return { ...this.#counters };
  }

  /**
   * Executes a transaction exactly once, if all its keys are in one shard. One that is a single look may go through several
   * shards: it sees what was written through this gateway before.
   */
  write(transaction: Transaction, settle: Settle<TransactionResult>): void {
    try {
      checkTransaction(transaction);
    } catch (error) {
      return this.#fail(settle, error);
    }
    this.#counters.writes++;
    const { guards, steps } = transaction;
    const shards = this.#shardsOf(transaction);
    if (shards !== null && shards.size <= 1) {
      const [shard = 0] = shards;
      return this.#stir(shard, (lane) => lane.write(transaction, this.#counting(settle)));
    }
    const [step] = steps;
    if (guards.length > 0 || steps.length !== 1 || !onlyLooks(step)) {
      return this.#fail(settle, tooManyShards(shards));
    }
    this.#scatter([step], {
      settle: (settled) =>
        settle(
          settled.kind === "failed" ? settled : {
            kind: "done",
            value: { kind: "done", results: settled.value },
          },
        ),
      ask: (lane, parts, done) =>
        lane.write({ guards: [], steps: parts }, (settled) => {
          const { kind } = settled;
          if (kind === "failed") done(settled);
          else done({ kind, value: settled.value.kind === "done" ? settled.value.results : [] });
        }),
    });
  }

  /** Answers steps that only look: those of one shard as of one moment, linearizably. */
  look(steps: readonly Step[], settle: Settle<readonly StepResult[]>): void {
    try {
      checkTransaction({ guards: [], steps });
    } catch (error) {
      return this.#fail(settle, error);
    }
    this.#counters.looks++;
    const shards = this.#shardsOf({ guards: [], steps });
    if (shards !== null && shards.size === 1) {
      const [shard] = shards;
      return this.#stir(shard, (lane) => lane.look(steps, this.#counting(settle)));
    }
    this.#scatter(steps, { settle, ask: (lane, parts, done) => lane.look(parts, done) });
  }

  /** The shards of all keys; null for all shards. */
  #shardsOf({ guards, steps }: Transaction): Set<ShardId> | null {
    const { placement } = this.#options;
    const shards = new Set<ShardId>();
    for (const { key } of guards) shards.add(placement.shardOf(key));
    for (const step of steps) {
      const keys = keysOf(step);
      if (keys === null) return null;
      for (const key of keys) shards.add(placement.shardOf(key));
    }
    return shards;
  }

  /** Asks every shard for its part; settled when all have answered, or the first has failed. */
  #scatter(
    steps: readonly Step[],
    how: {
      readonly settle: Settle<readonly StepResult[]>;
      readonly ask: (lane: Lane, parts: readonly Step[], done: Settle<readonly StepResult[]>) => void;
    },
  ): void {
    this.#counters.scattered++;
    const settle = this.#counting(how.settle);
    const cuts = steps.map((step): CutStep => cutLook(step, this.#options.placement));
    const parts = new Map<ShardId, { readonly steps: Step[]; readonly of: number[] }>();
    for (const [at, cut] of cuts.entries()) {
      for (const [shard, step] of cut.parts) {
        const part = parts.get(shard) ?? { steps: [], of: [] };
        part.steps.push(step);
        part.of.push(at);
        parts.set(shard, part);
      }
    }
    const answers = cuts.map(() => new Map<ShardId, StepResult>());
    let left = parts.size;
    for (const [shard, part] of parts) {
      this.#stir(shard, (lane) =>
        how.ask(lane, part.steps, (settled) => {
          if (left === 0) return;
          if (settled.kind === "failed") {
            left = 0;
            return settle(settled);
          }
          part.of.forEach((at, nth) => answers[at].set(shard, settled.value[nth]));
          if (--left === 0) settle({ kind: "done", value: cuts.map((cut, at) => cut.join(answers[at])) });
        }));
    }
    if (parts.size === 0) settle({ kind: "done", value: [] });
  }

  #stir(shard: ShardId, ask: (lane: Lane) => void): void {
    let lane = this.#lanes.get(shard);
    if (lane === undefined) this.#lanes.set(shard, lane = this.#laneTo(shard));
    ask(lane);
    const turnEnds = this.#stirred.size > 0;
    this.#stirred.add(lane);
    if (turnEnds) return;
    this.#options.afterTurn(() => {
      const stirred = [...this.#stirred];
      this.#stirred.clear();
      for (const one of stirred) one.go();
    });
  }

  #laneTo(shard: ShardId): Lane {
    const { router } = this.#options;
    return new Lane({
      submit: (command) => {
        this.#counters.calls++;
        return router.submit(shard, command, this.#limits);
      },
      query: (question) => {
        this.#counters.calls++;
        return router.query(shard, question, this.#limits);
      },
    });
  }

  #counting<T>(settle: Settle<T>): Settle<T> {
    return (settled) => settled.kind === "failed" ? this.#fail(settle, settled.error) : settle(settled);
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

function tooManyShards(shards: ReadonlySet<ShardId> | null): RefusedError {
  const which = shards === null ? "all shards" : `the shards ${[...shards].join(", ")}`;
  return new RefusedError(
    "invalid",
    `Cannot change keys of ${which} at once: only keys of one shard change together; split the request, or give ` +
      "the keys a common {tag}",
  );
}
