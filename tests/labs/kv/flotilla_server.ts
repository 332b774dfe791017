/**
 * Flotilla's own replica in the labs' seat: Raft's messages and clients' calls on labrpc, writes to the persister.
 * @module
 */

import type { Answer, Caller, CallRequest, MachineMethods, WatchRequest } from "../../../kv/mod.ts";
import { type AnyMachine, Replica, replicaHandlers } from "../../../kv/mod.ts";
import { type Clock, RpcError } from "../../../runtime/mod.ts";
import { CallTransport } from "../flotilla/flotilla_raft.ts";
import { PersisterStorage } from "../flotilla/persister_storage.ts";
import { FlotillaServer } from "./flotilla_peer.ts";
import type { ClerkSeat, KvServerSeat } from "./seat.ts";

const RULES = { maxSessions: 100_000, ttlMs: 3_600_000 };

/** Opens a replica of `machine` on a seat, without serving anybody. */
export async function openReplica(machine: AnyMachine, seat: KvServerSeat): Promise<FlotillaServer> {
  const disk = seat.random.split("disk");
  // One life in three has a disk that takes no time, as in the labs.
  const slowestMs = [0, 1, 5][disk.below(3)];
  const storage = new PersisterStorage(seat.persister, {
    incarnation: 1 + disk.below(0x7fffffff),
    rest: () => slowestMs === 0 ? Promise.resolve() : seat.clock.sleep(disk.next() * slowestMs),
  });
  const replica = await Replica.open({
    machine,
    raft: {
      id: String(seat.me),
      members: seat.peers.map(String),
      storage,
      transport: new CallTransport({ ...seat, apply: () => Promise.resolve() }),
      clock: seat.clock,
      random: seat.random.split("node"),
      signal: seat.signal,
    },
    maxLogSizeBytes: seat.maxRaftStateBytes ?? Infinity,
    sessionRules: RULES,
  });
  return new FlotillaServer(replica, storage);
}

/** Opens a replica of `machine` and serves it. */
export async function serveReplica(machine: AnyMachine, seat: KvServerSeat): Promise<FlotillaServer> {
  const server = await openReplica(machine, seat);
  const addresses = new Map(seat.peers.map((peer) => [String(peer), seat.addresses[peer]]));
  const handlers = replicaHandlers(server.replica, addresses);
  seat.serve({
    open: () => handlers.open(null, "a clerk"),
    submit: (request: CallRequest) => handlers.submit(request, "a clerk"),
    query: (request: Uint8Array) => handlers.query(request, "a clerk"),
    watch: (request: WatchRequest) => handlers.watch(request, "a clerk"),
  });
  return server;
}

/** A client's calls on labrpc, each with a time limit of its own. */
export class LabCaller implements Caller {
  readonly #seat: ClerkSeat;

  /** Calls from `seat`. */
  constructor(seat: ClerkSeat) {
    this.#seat = seat;
  }

  /** See `Caller.call`. */
  call<M extends keyof MachineMethods & string>(
    to: string,
    method: M,
    request: MachineMethods[M]["request"],
    options: { readonly timeoutMs: number },
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const late = () => reject(new RpcError("timeout", `no answer from ${to}`));
      const timer = (this.#seat.clock satisfies Clock).setTimer(options.timeoutMs, late);
      this.#seat.call<Answer>(to, method, request).then((answer) => {
        timer.cancel();
        if (answer === null) late();
        else resolve(answer);
      }, reject);
    });
  }

  /** Nothing to release. */
  close(): void {}
}
