/**
 * A group as others reach it.
 * @module
 */

import type { Outcome } from "../kv/outcome.ts";
import { checkCall, checkQuestion, type MachineMethods } from "../kv/protocol.ts";
import type { Replica } from "../kv/replica.ts";
import { addressOf, toAnswer } from "../kv/service.ts";
import type { Address } from "../runtime/network.ts";
import type { Handlers } from "../runtime/rpc.ts";
import { decodeGroupCommand } from "./group_codec.ts";

/**
 * What a group's replica answers. Sessions are the shards' own, so a command goes into the log as it is: the machine decides
 * whether it was executed before. `addresses`: where clients reach each member that was there at its start.
 */
export function groupHandlers(
  replica: Replica,
  addresses: ReadonlyMap<string, Address>,
): Handlers<MachineMethods> {
  const answer = async (outcome: Promise<Outcome>) =>
    toAnswer(await outcome, (member) => addressOf(member, replica, addresses));
  return {
    open: () => {
      throw new TypeError("Cannot open a session with a group: a session belongs to a shard");
    },
    submit: (request) => {
      const { command } = checkCall(request);
      // Which map comes next is the controller's to say; a stranger who could say it would own everything.
      if (decodeGroupCommand(command).op === "adopt") throw new TypeError("Cannot take a map from a client");
      return answer(replica.propose(command));
    },
    query: (request) => answer(replica.query(checkQuestion(request))),
    watch: () => {
      throw new TypeError("Cannot watch a group: shards come and go");
    },
  };
}
