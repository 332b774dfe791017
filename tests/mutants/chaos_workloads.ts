/**
 * Planted bugs, one or more for each workload and for each fault: what only that client would notice, or only that fault brings out.
 * @module
 */

import { chaosMutants } from "./chaos.ts";
import { kvMutants } from "./kv.ts";
import { mapreduceMutants } from "./mapreduce.ts";
import type { Mutant } from "./mutant.ts";
import { raftMutants } from "./raft.ts";
import { shardMutants } from "./shard.ts";
import { walMutants } from "./wal.ts";

const STORE = "kv/store/store.ts";
const CONDITIONS = "kv/store/conditions.ts";

/** Runs of one workload, whatever is wrong. */
function workload(layer: string, name: string, runs = 60): string {
  return `run -A tests/chaos.ts --layer ${layer} --workload ${name} --seed 1 --runs ${runs} --json`;
}

/** Runs of a layer in which these faults happen and nothing else. */
function nemesis(layer: string, faults: string, runs = 60): string {
  const name = layer === "kv" ? " --workload append" : "";
  return `run -A tests/chaos.ts --layer ${layer}${name} --nemesis ${faults} --seed 1 --runs ${runs} --json`;
}

const KNOWN: readonly Mutant[] = [
  ...chaosMutants,
  ...kvMutants,
  ...mapreduceMutants,
  ...raftMutants,
  ...shardMutants,
  ...walMutants,
];

/** A bug that another check finds, too. Throws `TypeError` if there is none of that name. */
function again(known: string, id: string, killedBy: string): Mutant {
  const found = KNOWN.find((mutant) => mutant.id === known);
  if (found === undefined) throw new TypeError(`Cannot plant ${known} again: there is no such bug`);
  return { ...found, id, killedBy };
}

const BY_WORKLOADS: readonly Mutant[] = [
  again("K1", "W-register", workload("kv", "register")),
  {
    id: "W-cas",
    title: "A condition on a value holds whatever the value is",
    source: "etcd's transactions; workload cas",
    file: CONDITIONS,
    anchor: "return entry !== undefined && entry.value === condition.value;",
    replacement: "return entry !== undefined;",
    killedBy: workload("kv", "cas"),
  },
  {
    id: "W-set",
    title: "Whoever deletes a key that is not there is told that it was",
    source: "workload set",
    file: STORE,
    anchor: '      if (head !== undefined) this.#remove(key, head.lease, "write");\n      return previous;',
    replacement: '      if (head !== undefined) this.#remove(key, head.lease, "write");\n      return 1;',
    killedBy: workload("kv", "set"),
  },
  {
    id: "W-bank",
    title: "Only the first condition of a batch is looked at",
    source: "workload bank: a transfer is undone by another one",
    file: "kv/store/batch_refusal.ts",
    anchor: "for (let at = 0; at < conditions.length; at++) {",
    replacement: "for (let at = 0; at < Math.min(1, conditions.length); at++) {",
    killedBy: workload("kv", "bank"),
  },
  {
    id: "W-queue",
    title: "A condition on a version also holds for a key that is gone",
    source: "workload queue: an item is handed out twice",
    file: CONDITIONS,
    anchor: "return (entry?.version ?? 0) === condition.version;",
    replacement: "return (entry?.version ?? 0) <= condition.version;",
    killedBy: workload("kv", "queue"),
  },
  {
    id: "W-ids",
    title: "A key that is written with the value that it has keeps its version",
    source: "workload ids: an identity is given twice",
    file: STORE,
    anchor: "const version = (present?.version ?? 0) + 1;",
    replacement: "const version = (present?.version ?? 0) + (entries.get(key)?.value === value ? 0 : 1);",
    killedBy: workload("kv", "ids"),
  },
  {
    id: "W-lock",
    title: "The second in line takes the lock, too",
    source: "workload lock; etcd#11456",
    file: "kv/lock.ts",
    anchor: "if (at === 0) return line[0].createdAt;",
    replacement: "if (at <= 1) return line[at].createdAt;",
    killedBy: workload("kv", "lock"),
  },
  {
    id: "W-watch",
    title: "A watch goes on one revision before where it ended",
    source: "anchors K13; etcd#15271",
    file: "kv/watch_range.ts",
    anchor: "after = answer.through;",
    replacement: "after = answer.through - 1;",
    killedBy: workload("kv", "watch"),
  },
  {
    id: "W-lease-early",
    title: "A lease that is kept alive ends after half of its time",
    source: "workload lease",
    file: "kv/store/leases.ts",
    anchor: "known.endsMs = nowMs + known.ttlMs;",
    replacement: "known.endsMs = nowMs + known.ttlMs / 2;",
    killedBy: workload("kv", "lease"),
  },
  again("KV-no-tick", "W-lease-for-ever", workload("kv", "lease")),
  {
    id: "W-log",
    title: "A waiter is answered whatever entry stands at its index",
    source: "anchors K7; openraft 43dd8b6f, in the service on bare Raft",
    file: "tests/cluster/raft_log.ts",
    anchor: "if (waiter?.term !== term) waiter?.resolve(",
    replacement: "if (waiter === undefined) Object(waiter).resolve?.(",
    killedBy: workload("raft", "log", 200),
  },
  again("S6", "W-moves", workload("shard", "moves", 100)),
  again("MR-M1", "W-wordcount", workload("mapreduce", "wordcount")),
];

const BY_FAULTS: readonly Mutant[] = [
  again("WAL-damage-is-end", "F-misdirect", nemesis("kv", "misdirect", 100)),
  again("WAL-damage-is-end", "F-bitFlip", nemesis("kv", "bitFlip", 100)),
  again("WAL-no-sync-before-rename", "F-crashAt", nemesis("kv", "crashAt", 100)),
  again("WAL-failed-sync-retried", "F-failingSync", nemesis("kv", "failingSync", 100)),
  {
    id: "F-failingWrite",
    title: "A group whose write failed is synced and acknowledged all the same",
    source: "anchors D4: can applications recover from fsync failures, ATC'20",
    file: "raft/wal/log_file.ts",
    anchor: "await this.#file.write(this.#sizeBytes, this.#withRoom(bytes));",
    replacement: "await this.#file.write(this.#sizeBytes, this.#withRoom(bytes)).catch(() => {});",
    killedBy: nemesis("kv", "failingWrite", 100),
  },
  again("C-R13", "F-badMessages", nemesis("kv", "badMessages")),
  again("C-R13", "F-badLink", nemesis("kv", "badLink")),
  again("C-R26", "F-clog", nemesis("kv", "clog", 300)),
  again("MR-unchecked-frames", "F-damageMap", nemesis("mapreduce", "damageMap", 300)),
];

/** All of them. */
export const chaosWorkloadMutants: readonly Mutant[] = [...BY_WORKLOADS, ...BY_FAULTS];
