/**
 * A watched machine with every ability that the real one has: time passes in it, its changes can be waited for, it knows bad commands
 * at the door. A wrapper that hides them would let leases live for ever, and watchers wait in vain.
 * @module
 */

import type {
  CheckedMachine,
  LogPosition,
  Machine,
  TimedMachine,
  Watch,
  WatchableMachine,
} from "../../kv/machine.ts";
import { type MachineLaws, WatchedMachine } from "./machine_laws.ts";

/** A machine that can do everything. */
export type AbleMachine = Machine & CheckedMachine & TimedMachine & WatchableMachine;

const encoder = new TextEncoder();
const NOTHING = new Uint8Array();

/** See the module's page. */
export class WatchedStore extends WatchedMachine implements AbleMachine {
  readonly #machine: AbleMachine;

  /** `machine` as it runs on `node`. */
  constructor(node: string, machine: AbleMachine, laws: MachineLaws) {
    super(node, machine, laws);
    this.#machine = machine;
  }

  get dueMs(): number {
    return this.#machine.dueMs;
  }

  /** What is due at a time of the log is executed by everybody at the same place, like a command. */
  elapse(at: LogPosition): void {
    this.#machine.elapse(at);
    this.executed(encoder.encode(`elapse ${at.timeMs}`), NOTHING);
  }

  check(command: Uint8Array): void {
    this.#machine.check(command);
  }

  watch(question: Uint8Array): Watch {
    return this.#machine.watch(question);
  }
}
