/**
 * What a workload is: what clients ask, how it is asked, and what judges the answers.
 *
 * A workload knows nothing of faults, and a fault plan knows nothing of it: any workload sails through any plan of its layer.
 * @module
 */

import type { Codec, Datum, Model, Operation } from "../../porcupine/mod.ts";
import type { Clock, Random, Runtime } from "../../runtime/mod.ts";
import type { Violation } from "../check/violation.ts";
import type { Load } from "../nemesis/plan.ts";
import type { Recorder } from "./history.ts";
import type { Breach } from "./sessions.ts";

/** Strings under keys: what the replicated and the sharded store have in common. */
export interface TextStore {
  get(key: string, options: { readonly timeoutMs: number }): Promise<string | null>;
  put(key: string, value: string, options: { readonly timeoutMs: number }): Promise<unknown>;
  append(key: string, value: string, options: { readonly timeoutMs: number }): Promise<unknown>;
}

/** The world in which clients live, simulated or real. */
export interface SeaWorld {
  /** What clients think of follows from it. */
  readonly seed: number;
  /** The time of the history, in milliseconds, which no fault touches. */
  readonly nowMs: number;
  /** A clock that no fault touches. */
  readonly clock: Clock;
  /** The machine of that name, made on first mention. */
  machine(name: string): { boot(program: (runtime: Runtime) => void | Promise<void>): unknown };
  /** Puts a remark into the event log. */
  note(words: string): void;
}

/** Where the clients of one run sail. */
export interface Sea {
  readonly world: SeaWorld;
  /** The servers' addresses. */
  readonly servers: readonly string[];
  /** The name under which the servers' group is found. */
  readonly group: string;
  readonly load: Load;
  /** How long one server may take for its first answer, in milliseconds. */
  readonly attemptMs: number;
  /** False if the plan lets a server's clock run fast or leap: what was promised for a time then ends sooner. */
  readonly honestClocks: boolean;
  /** The store as a client at `runtime` reaches it, whatever the layer. */
  readonly text: (runtime: Runtime) => TextStore;
}

/** What a client needs to think of its next question. */
export interface Thought {
  /** The client's name. */
  readonly name: string;
  /** The question's number, from 1. */
  readonly nth: number;
  readonly random: Random;
  readonly load: Load;
}

/** How one question is asked. */
export interface Asking<Input, Output> {
  readonly name: string;
  readonly timeoutMs: number;
  readonly recorder: Recorder<Input, Output>;
  readonly sea: Sea;
}

/** A workload's parts. Errors of `ask`: `RefusedError` (never executed), `UnknownOutcomeError` (nobody knows). */
export interface WorkloadParts<State, Input, Output, Client> {
  readonly name: string;
  /** One line for lists. */
  readonly summary: string;
  /** What judges it, in words. */
  readonly checker: string;
  /** Whether equal commands are the same operation, because every one carries a value of its own. */
  readonly uniqueCommands: boolean;
  readonly codec: Codec<State, Input, Output>;
  readonly model: () => Model<State, Input, Output>;
  /** What the history's header says beside the model's name. */
  readonly facts: Readonly<Record<string, Datum>>;
  connect(runtime: Runtime, sea: Sea): Client;
  /** The next question. */
  think(thought: Thought, client: Client): Input;
  ask(client: Client, input: Input, asking: Asking<Input, Output>): Promise<Output>;
  /** A write that must go through when a majority is well. */
  readonly probe: Input;
  /** What is read once more when everything is well again. */
  audit(load: Load): readonly Input[];
  /** How long after that everything is well the last reads come, in virtual milliseconds. */
  readonly auditAfterMs: number;
  /** Which unanswered operations the world itself may add: an end of a lease, which nobody asks for. */
  ghosts(client: Client): readonly { readonly input: Input; readonly fromMs: number }[];
  /**
   * What each client may rely on by itself; judged first, on any history. See `sessions.ts`. `proven`: what was looked at shows that the
   * whole history is right, so that there is nothing left to search.
   */
  sessions(operations: readonly Operation<Input, Output>[]): Breach | "proven" | null;
  /** Laws beyond the model, on the history of a run that came to its end. */
  laws(operations: readonly Operation<Input, Output>[]): Violation | null;
}
