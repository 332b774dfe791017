/**
 * Flotilla's own replica as the labs' replicated state machine.
 * @module
 */

import type { AnyMachine, Machine, StreamMachine } from "../../../kv/mod.ts";
import { decodeValue, encodeValue, type WireValue } from "../../../runtime/mod.ts";
import { FlotillaServer } from "./flotilla_peer.ts";
import { openReplica } from "./flotilla_server.ts";
import type { KvServerSeat, RsmMachine, RsmPeer, RsmResult } from "./seat.ts";

/** A lab's machine in our own shape. */
class LabMachine implements Machine {
  readonly #machine: RsmMachine;

  constructor(machine: RsmMachine) {
    this.#machine = machine;
  }

  apply(command: Uint8Array): Uint8Array {
    return encodeValue(this.#machine.doOp(decodeValue(command)) as WireValue);
  }

  query(): Uint8Array {
    throw new TypeError("a lab's machine answers no questions");
  }

  snapshot(): Uint8Array {
    return this.#machine.snapshot();
  }

  restore(data: Uint8Array): void {
    this.#machine.restore(data.slice());
  }
}

const SLOWEST_MS = 5;

/** The same, of a size that takes its time: its snapshot is made behind the call, as late as the contract of a `StreamMachine` allows. */
function inPieces(machine: LabMachine, { clock, random }: KvServerSeat): StreamMachine {
  const snapshots = random.split("snapshots");
  const snapshot = () =>
    new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        await clock.sleep(snapshots.next() * SLOWEST_MS);
        controller.enqueue(machine.snapshot());
        controller.close();
      },
    }, { highWaterMark: 0 });
  return {
    apply: (command) => machine.apply(command),
    query: () => machine.query(),
    snapshot,
    restore: (data) => Promise.resolve(machine.restore(data)),
  };
}

class FlotillaRsm extends FlotillaServer implements RsmPeer {
  async submit(request: unknown): Promise<RsmResult> {
    const outcome = await this.replica.propose(encodeValue(request as WireValue));
    // Unknown here means that leadership was lost: the labs have one word for both.
    return outcome.kind === "applied"
      ? { kind: "ok", reply: decodeValue(outcome.reply) }
      : { kind: "wrongLeader" };
  }
}

/** Starts a replica of `machine`. A machine that throws fails the test. */
export async function makeFlotillaRsm(seat: KvServerSeat, machine: RsmMachine): Promise<RsmPeer> {
  const whole = new LabMachine(machine);
  // In every other life snapshots take their time, and entries wait for them.
  const either: AnyMachine = seat.random.split("pieces").chance(0.5) ? inPieces(whole, seat) : whole;
  const { replica, storage } = await openReplica(either, seat);
  replica.done.then(() => {
    if (!seat.signal.aborted) throw replica.failure;
  });
  return new FlotillaRsm(replica, storage);
}
