/**
 * A replica of ours as the suites see it, and its laws.
 * @module
 */

import type { Replica } from "../../../kv/mod.ts";
import { RaftLaws } from "../../check/raft_laws.ts";
import { LabFailure } from "../failure.ts";
import { type PersisterStorage, savedTerm } from "../flotilla/persister_storage.ts";
import type { PeerState } from "../raft/seat.ts";
import type { KvPeer } from "./seat.ts";
import type { ServerWatch } from "./server_watch.ts";

/** See the module's page. */
export class FlotillaServer implements KvPeer {
  /** The replica inside. */
  readonly replica: Replica;
  /** What it saves to. */
  readonly storage: PersisterStorage;

  /** Puts `replica` into the labs' shape. */
  constructor(replica: Replica, storage: PersisterStorage) {
    this.replica = replica;
    this.storage = storage;
  }

  /** See `KvPeer.getState`. */
  getState(): PeerState {
    const { node } = this.replica;
    const { hardStateSequence, flushedSequence } = node.core;
    // A term is told when it is stored, and our disk takes its time. Whoever elects itself alone leads a little earlier.
    if (hardStateSequence > flushedSequence) return { term: this.storage.savedTerm, isLeader: false };
    const { term, isLeader } = node.state();
    return { term, isLeader };
  }
}

/** The laws of Flotilla's own Raft, over the servers of one run: what cannot be seen from outside. */
export function watchFlotillaServers(): ServerWatch<KvPeer> {
  const laws = new RaftLaws(({ law, sentence }) => {
    throw new LabFailure(`the law ${law} is broken: ${sentence}`);
  });
  return {
    started: (server, peer) => {
      if (peer instanceof FlotillaServer) laws.boot(String(server), peer.replica.node.core);
    },
    touched: (server) => laws.check(String(server)),
    crashed: (server, image) => laws.crash(String(server), savedTerm(image.raftState)),
  };
}
