/**
 * What a group takes, judged at the door: what is in the log has to be executed by everybody, or nobody can go on.
 * @module
 */

import { checkCommand } from "../kv/store/bad_input.ts";
import { checkTransactions } from "../kv/store/check_steps.ts";
import { decodeStoreCommand } from "../kv/store/command_codec.ts";
import { areTransactions, decodeTransactions } from "../kv/store/step_codec.ts";
import type { StoreCommand } from "../kv/store/types.ts";
import { ShardCopy } from "./copy.ts";
import type { GroupCommand } from "./group_codec.ts";
import { CrossShardError } from "./errors.ts";
import type { Placement, ShardId } from "./placement.ts";
import { keysOf } from "./step_keys.ts";

/** Throws for a command that no group should apply. */
export function checkGroupCommand(command: GroupCommand, placement: Placement): void {
  if (command.op === "adopt") return;
  if (command.shard >= placement.shards) {
    throw new RangeError(`Cannot find shard ${command.shard}: there are ${placement.shards}`);
  }
  // Nobody could serve anything else. Pieces make sense together only: what they come to is judged when the last one is there.
  if (command.op === "install" && command.contents.length > 0) ShardCopy.arrive(command.contents, 0, {});
  if (command.op !== "execute") return;
  const strangers = shardsIn(command.call.command, placement).filter((shard) => shard !== command.shard);
  // A client that cuts the keys otherwise would write where nobody else looks.
  if (strangers.length > 0) throw new CrossShardError([command.shard, ...strangers]);
}

/** The shards of the keys in a store's command, as bytes. Throws what the store throws for what it does not take. */
function shardsIn(bytes: Uint8Array, placement: Placement): ShardId[] {
  if (!areTransactions(bytes)) {
    const command = decodeStoreCommand(bytes);
    checkCommand(command);
    return shardsOf(command, placement);
  }
  const transactions = decodeTransactions(bytes);
  checkTransactions(transactions);
  const shards = new Set<ShardId>();
  for (const { guards, steps } of transactions) {
    for (const { key } of guards) shards.add(placement.shardOf(key));
    // A step about all keys is about all of this shard's.
    for (const step of steps) for (const key of keysOf(step) ?? []) shards.add(placement.shardOf(key));
  }
  return [...shards].sort((left, right) => left - right);
}

/** The shards of a command's keys, in ascending order; none for a command about leases. */
export function shardsOf(command: StoreCommand, placement: Placement): ShardId[] {
  if (command.op !== "batch") return [];
  const shards = new Set<ShardId>();
  for (const { key } of [...command.conditions, ...command.writes]) shards.add(placement.shardOf(key));
  return [...shards].sort((left, right) => left - right);
}
