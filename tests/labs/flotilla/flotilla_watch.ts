/**
 * The laws of Flotilla's own Raft, watched during the labs: what cannot be seen from outside.
 * @module
 */

import { RaftLaws } from "../../check/raft_laws.ts";
import { LabFailure } from "../failure.ts";
import type { PeerWatch } from "../raft/cluster_options.ts";
import { FlotillaPeer } from "./flotilla_raft.ts";
import { savedTerm } from "./persister_storage.ts";

/** A watch over one run. */
export function watchFlotilla(): PeerWatch {
  const laws = new RaftLaws(({ law, sentence }) => {
    throw new LabFailure(`the law ${law} is broken: ${sentence}`);
  });
  return {
    started: (server, peer) => {
      if (peer instanceof FlotillaPeer) laws.boot(String(server), peer.node.core);
    },
    touched: (server) => laws.check(String(server)),
    crashed: (server, image) => laws.crash(String(server), savedTerm(image.raftState)),
  };
}
