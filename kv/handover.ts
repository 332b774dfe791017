/**
 * An orderly stop: whoever leads gives that up while all others still hear it, so that nobody has to find out by its silence.
 *
 * What dissertation section 3.10 does with a message of its own is made of what is there: the leader takes nothing new, answers all
 * that it has taken, resigns, and says that it goes; the others take that as the end of its connections, and stand for election.
 * They ask first whether they can win, so the most complete log wins, and a word that is lost or lies costs nothing.
 * @module
 */

import type { NodeId } from "../raft/types.ts";
import type { Address } from "../runtime/network.ts";
import { defineService, RpcPeer, type RpcRuntime, type Service } from "../runtime/rpc.ts";
import type { Replica } from "./replica.ts";

/** What a process needs to hand over what it leads. */
export interface HandoverOptions {
  /** Clock and network of the process. */
  readonly runtime: RpcRuntime;
  /** Names what belongs together: processes of another cluster that are called by mistake are not understood. */
  readonly cluster: string;
  /** This process's name among `members`. */
  readonly id: NodeId;
  /** Where each process listens, this one included. */
  readonly members: ReadonlyMap<NodeId, Address>;
  /** Every replica of this process. */
  readonly replicas: readonly Replica[];
  /** Another process says that it goes. */
  readonly onLeaving: (address: Address) => void;
}

type HandoverMethods = { readonly leaving: { readonly request: null; readonly reply: null } };

function serviceOf(cluster: string): Service<HandoverMethods> {
  return defineService<HandoverMethods>(`${cluster}/handover`, ["leaving"]);
}

const LOOK_MS = 1;

/** A process's end of orderly stops, its own and those of others. */
export class Handover {
  readonly #options: HandoverOptions;
  readonly #peer: RpcPeer<HandoverMethods>;

  /** Hears of others that go from now on. */
  constructor(options: HandoverOptions) {
    this.#options = options;
    this.#peer = new RpcPeer<HandoverMethods>(options.runtime, serviceOf(options.cluster), {
      leaving: (_, from) => {
        options.onLeaving(from);
        return null;
      },
    });
  }

  /** Somebody seems to be gone: no word from there is waited for. */
  giveUp(address: Address): void {
    this.#peer.giveUp(address);
  }

  /**
   * Hands over whatever this process leads; resolves when others lead all of it, at once if it leads nothing, after `patienceMs` in
   * any case, or when nobody is there who could. Nothing is proposed here afterwards: the process must stop.
   */
  async leave(patienceMs: number): Promise<void> {
    const { runtime: { clock }, id, members, replicas } = this.#options;
    const untilMs = clock.now() + patienceMs;
    const led = replicas.filter(({ node }) => node.state().isLeader);
    if (led.length === 0) return;
    await Promise.all(led.map((replica) => replica.retire(patienceMs)));
    const others = new Set([...members].filter(([member]) => member !== id).map(([, address]) => address));
    for (const address of others) {
      this.#peer.call(address, "leaving", null, { timeoutMs: patienceMs })
        .catch(() => others.delete(address));
    }
    // Not before: the next leader may need its vote.
    const open = () => led.some(({ node }) => !node.stopped && node.state().leader === null);
    while (open() && others.size > 0 && clock.now() < untilMs) await clock.sleep(LOOK_MS);
  }
}
