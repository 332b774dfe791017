/**
 * A replica as others reach it.
 * @module
 */

import type { NodeId } from "../raft/types.ts";
import type { Address } from "../runtime/network.ts";
import { type Handlers, RpcPeer, type RpcRuntime } from "../runtime/rpc.ts";
import type { Outcome } from "./outcome.ts";
import {
  type Answer,
  checkCall,
  checkQuestion,
  checkWatch,
  type MachineMethods,
  machineService,
} from "./protocol.ts";
import type { Replica } from "./replica.ts";

/** What a replica's service needs. */
export interface ServiceOptions {
  readonly runtime: RpcRuntime;
  /** The service's name; see `machineService`. */
  readonly group: string;
  readonly replica: Replica;
  /** Where clients reach each member. */
  readonly addresses: ReadonlyMap<NodeId, Address>;
}

/** Serves `replica` until the runtime dies or the peer is closed. */
export function serveReplica(options: ServiceOptions): RpcPeer<MachineMethods> {
  const { runtime, group, replica, addresses } = options;
  return new RpcPeer(runtime, machineService(group), replicaHandlers(replica, addresses));
}

/** What a replica answers, for any network that carries calls. `addresses`: where clients reach each member that was there at its start. */
export function replicaHandlers(
  replica: Replica,
  addresses: ReadonlyMap<NodeId, Address>,
): Handlers<MachineMethods> {
  const answer = async (outcome: Promise<Outcome>): Promise<Answer> =>
    toAnswer(await outcome, (member) => addressOf(member, replica, addresses));
  return {
    open: () => answer(replica.openSession()),
    submit: (request) => answer(replica.submit(checkCall(request))),
    query: (request) => answer(replica.query(checkQuestion(request))),
    watch: (request) => {
      const { question, timeoutMs } = checkWatch(request);
      return answer(replica.watch(question, timeoutMs));
    },
  };
}

/** An outcome as it travels: whom to ask instead is an address, since a stranger knows no names. */
export function toAnswer(outcome: Outcome, addressOf: (member: NodeId) => Address | null): Answer {
  if (outcome.kind !== "refused") return outcome;
  const { code, leader, reason } = outcome;
  if (code === "invalid") return { kind: "invalid", reason };
  return { kind: "refused", code, ask: leader === null ? null : addressOf(leader) };
}

/**
 * Where clients reach a member. Whoever has joined since is where the configuration says: clients that know only those who were
 * there before would be sent from one of them to the next, and never to a leader that came later.
 */
export function addressOf(
  member: NodeId,
  { node }: Pick<Replica, "node">,
  addresses: ReadonlyMap<NodeId, Address>,
): Address | null {
  const { configuration } = node.configuration;
  const told = configuration.members.find(({ id }) => id === member)?.address ?? "";
  return told !== "" ? told : addresses.get(member) ?? null;
}
