/**
 * What the scripts for a replicated state machine call: servers with a counter on each.
 * @module
 */

import type { WireValue } from "../../../runtime/mod.ts";
import { decodeValue, encodeValue } from "../../../runtime/mod.ts";
import { LabFailure } from "../failure.ts";
import { BaseTester } from "./base_tester.ts";
import { RsmHistory } from "./rsm_history.ts";
import { demand } from "./run.ts";
import type { KvServerSeat, RsmMachine, RsmPeer, RsmResult } from "./seat.ts";
import type { Servers } from "./servers.ts";

/** What the counter executes. */
export type CounterRequest =
  /** Adds one and gives the count. */
  | { readonly op: "increment" }
  /** Changes nothing. */
  | { readonly op: "nothing" }
  /** Must never be executed. */
  | { readonly op: "forbidden" };

/** The machine below the tests' replicas. */
export class Counter implements RsmMachine {
  /** How often it was incremented. */
  count = 0;

  /** Executes a `CounterRequest`. */
  doOp(request: unknown): unknown {
    const { op } = request as CounterRequest;
    if (op === "forbidden") {
      throw new LabFailure("an operation was executed that only a minority had heard of");
    }
    if (op === "increment") this.count++;
    return this.count;
  }

  /** The count as bytes. */
  snapshot(): Uint8Array {
    return encodeValue(this.count);
  }

  /** Takes the count from bytes. */
  restore(snapshot: Uint8Array): void {
    const count: WireValue = decodeValue(snapshot);
    if (typeof count !== "number") {
      throw new LabFailure("restore() was given bytes that snapshot() did not give");
    }
    this.count = count;
  }
}

/** A replica and its counter. */
export interface CountingPeer extends RsmPeer {
  /** What it counts with. */
  readonly counter: Counter;
  /** The replica. */
  readonly replica: RsmPeer;
}

/** Starts a replica of `machine`. */
export type MakeRsm = (seat: KvServerSeat, machine: RsmMachine) => RsmPeer | Promise<RsmPeer>;

/** Starts a replica of a counter. */
export async function makeCountingPeer(makeRsm: MakeRsm, seat: KvServerSeat): Promise<CountingPeer> {
  const counter = new Counter();
  const peer = await makeRsm(seat, counter);
  return {
    counter,
    replica: peer,
    getState: () => peer.getState(),
    submit: (request) => peer.submit(request),
  };
}

/** See the module's page. */
export class RsmTester extends BaseTester<CountingPeer> {
  readonly #history = new RsmHistory();

  /** A tester of servers that are all down. */
  constructor(servers: Servers<CountingPeer>) {
    super(servers);
  }

  /** Operations that were answered. */
  get operations(): number {
    return this.#history.answered;
  }

  /** Throws `LabFailure` if the counts that submitters were told cannot be. */
  judge(): void {
    this.#history.judge();
  }

  /** Submits at one server. */
  async submitAt(server: number, request: CounterRequest): Promise<RsmResult> {
    const ended = this.#history.begin(request.op === "increment");
    const result = await this.servers.peer(server).submit(request);
    if (result.kind === "ok") {
      demand(
        typeof result.reply === "number",
        `an operation gave ${String(result.reply)}, which is no count`,
      );
      ended(Number(result.reply));
    }
    return result;
  }

  /** Submits wherever there is a leader among `among`, until it is done; gives the reply. */
  async submit(request: CounterRequest, among: readonly number[] = this.servers.numbers): Promise<unknown> {
    const began = this.nowMs;
    while (this.nowMs - began < 10_000) {
      for (const server of among) {
        if (!this.servers.isAlive(server)) continue;
        const result = await this.submitAt(server, request);
        if (result.kind === "ok") return result.reply;
      }
      await this.sleep(50);
    }
    throw new LabFailure("no server of a majority executed an operation within 10 s");
  }

  /** Submits an increment, which must bring the count to `count`. */
  async increment(count: number, among: readonly number[] = this.servers.numbers): Promise<void> {
    const reply = await this.submit({ op: "increment" }, among);
    demand(reply === count, `an increment gave ${String(reply)} instead of ${count}`);
  }

  /** Waits until at least `servers` counters are at `count`, up to about 10 s. */
  async untilCounted(servers: number, count: number): Promise<void> {
    for (let pauseMs = 10; pauseMs < 5000; pauseMs *= 2) {
      const there = this.servers.peers.filter(([, peer]) => peer.counter.count === count).length;
      if (there >= servers) return;
      await this.sleep(pauseMs);
    }
    const counts = this.servers.peers.map(([server, peer]) => `server ${server} at ${peer.counter.count}`);
    throw new LabFailure(`${servers} counters should be at ${count}, but there are ${counts.join(", ")}`);
  }
}
