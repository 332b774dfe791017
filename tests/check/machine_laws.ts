/**
 * Laws of the replicated machine: every replica executes the same commands with the same replies, each command once, and
 * equal positions mean equal states.
 *
 * Seen from a machine that is wrapped around the real one. What it has executed is a hash chain, which travels with its
 * snapshots, so that a replica that skips, repeats or reorders a command parts from the others at once.
 * @module
 */

import type { Machine } from "../../kv/machine.ts";
import { mix } from "../../runtime/random.ts";
import { sameBytes } from "./stable_state.ts";
import type { Report } from "./violation.ts";

/** What the replicas of one machine have agreed on so far. */
export class MachineLaws {
  readonly #report: Report;
  /** `#chain[n]` is the fingerprint after `n` commands, as the first replica to get there had it. */
  readonly #chain: number[] = [0];
  readonly #executed = new Map<string, number>();
  readonly #states = new Map<number, Uint8Array>();
  readonly #tokenOf: (command: Uint8Array) => string | null;

  /** @param tokenOf What makes a command unique, or null for a command that may rightly be issued twice. */
  constructor(report: Report, tokenOf: (command: Uint8Array) => string | null) {
    this.#report = report;
    this.#tokenOf = tokenOf;
  }

  /** How many commands were executed by the replica that is furthest. */
  get executed(): number {
    return this.#chain.length - 1;
  }

  /** A replica's machine, watched. */
  watch(node: string, machine: Machine): WatchedMachine {
    return new WatchedMachine(node, machine, this);
  }

  /** A replica has executed command number `count`; returns the fingerprint that follows `before`. */
  onExecuted(node: string, count: number, before: number, command: Uint8Array, reply: Uint8Array): number {
    const after = mix(fingerprint(before, command), fingerprint(7, reply));
    const known = this.#chain[count];
    if (known === undefined) {
      this.#chain[count] = after;
      this.#checkOnce(node, count, command);
    } else if (known !== after) {
      this.#fail("state-machine-safety", node, `executed another command number ${count} than a second node`);
    }
    return after;
  }

  /** A replica is at `count` commands with the state `data`. */
  onState(node: string, count: number, data: Uint8Array): void {
    const known = this.#states.get(count);
    if (known === undefined) this.#states.set(count, data);
    else if (!sameBytes(known, data)) {
      this.#fail("equal-state", node, `has another state after ${count} commands than a second node`);
    }
  }

  #checkOnce(node: string, count: number, command: Uint8Array): void {
    const token = this.#tokenOf(command);
    if (token === null) return;
    const first = this.#executed.get(token);
    if (first === undefined) this.#executed.set(token, count);
    else {
      this.#fail(
        "exactly-once",
        node,
        `executed ${token} as command number ${count}, after it had run as number ${first}`,
      );
    }
  }

  #fail(law: string, node: string, what: string): void {
    this.#report({ law, node, sentence: `Node ${node} ${what}.` });
  }
}

const HEADER_BYTES = 8;

/** See the module's page. */
export class WatchedMachine implements Machine {
  readonly #node: string;
  readonly #machine: Machine;
  readonly #laws: MachineLaws;
  #count = 0;
  #chain = 0;

  constructor(node: string, machine: Machine, laws: MachineLaws) {
    this.#node = node;
    this.#machine = machine;
    this.#laws = laws;
  }

  /** How many commands it has executed, in all lives. */
  get count(): number {
    return this.#count;
  }

  apply(...call: Parameters<Machine["apply"]>): Uint8Array {
    const reply = this.#machine.apply(...call);
    this.executed(call[0], reply);
    return reply;
  }

  /** The machine has executed `command`. */
  protected executed(command: Uint8Array, reply: Uint8Array): void {
    this.#chain = this.#laws.onExecuted(this.#node, ++this.#count, this.#chain, command, reply);
  }

  query(question: Uint8Array): Uint8Array {
    return this.#machine.query(question);
  }

  snapshot(): Uint8Array {
    const state = this.#machine.snapshot();
    this.#laws.onState(this.#node, this.#count, state);
    const data = new Uint8Array(HEADER_BYTES + state.length);
    const view = new DataView(data.buffer);
    view.setUint32(0, this.#count);
    view.setUint32(4, this.#chain);
    data.set(state, HEADER_BYTES);
    return data;
  }

  restore(data: Uint8Array): void {
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    this.#count = view.getUint32(0);
    this.#chain = view.getUint32(4);
    this.#machine.restore(data.subarray(HEADER_BYTES));
    this.#laws.onState(this.#node, this.#count, this.#machine.snapshot());
  }

  /** Compares the present state with what the others had at this position. */
  checkState(): void {
    this.#laws.onState(this.#node, this.#count, this.#machine.snapshot());
  }
}

function fingerprint(seed: number, bytes: Uint8Array): number {
  let hash = seed ^ bytes.length;
  for (let at = 0; at < bytes.length; at++) hash = Math.imul(hash ^ bytes[at], 0x01000193) ^ (hash >>> 15);
  return hash >>> 0;
}
