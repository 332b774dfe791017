/**
 * Flotilla's own replica as the labs' replicated state machine.
 * @module
 */

import type { Machine } from "../../../kv/mod.ts";
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
  const { replica, storage } = await openReplica(new LabMachine(machine), seat);
  replica.done.then(() => {
    if (!seat.signal.aborted) throw replica.failure;
  });
  return new FlotillaRsm(replica, storage);
}
