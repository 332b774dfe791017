/**
 * A node of the real cluster that is broken: what it serves is production's, the clock, disk and network under it can be made to fail.
 *
 * `node_main.ts BIRTH serve ...`: the birth as JSON, then the words of `serve`.
 * @module
 */

import { startNode } from "../../../kv/cli/node.ts";
import { readServeArguments, type ServeArguments } from "../../../kv/cli/serve_arguments.ts";
import { keepServing, type Served } from "../../../kv/cli/serve_command.ts";
import type { Core } from "../../../raft/core/state.ts";
import { openWal } from "../../../raft/wal.ts";
import { type DenoRuntime, denoRuntime, type DenoRuntimeOptions } from "../../../runtime/deno.ts";
import { seededRandom } from "../../../runtime/mod.ts";
import { startShardNode } from "../../../shard/cli/node.ts";
import { membersOf } from "../../../shard/cli/parts.ts";
import { LogMachine, LogServer } from "../../cluster/raft_log.ts";
import { isDamage, isDiskFailure } from "../../cluster/storage.ts";
import { FaultyWorld } from "./faulty_world.ts";
import { type Birth, EXIT } from "./orders.ts";
import { Ways } from "./ways.ts";
import { Wire } from "./wire.ts";

/** What is served, and what it is at. */
interface Life extends Served {
  readonly cores: readonly Readonly<Core>[];
}

if (import.meta.main) Deno.exit(await main(Deno.args));

async function main([text, command, ...words]: readonly string[]): Promise<number> {
  if (command !== "serve") {
    throw new TypeError(`Cannot run "${command}" here: give a birth, serve, and its words`);
  }
  const birth: Birth = JSON.parse(text);
  const args = readServeArguments(words, undefined);
  const wire = await Wire.open(birth);
  const ways = new Ways(birth.lines);
  const openWorld = async (options: DenoRuntimeOptions): Promise<DenoRuntime> => {
    const world = new FaultyWorld({
      inner: await denoRuntime(ways.hinting(options)),
      random: seededRandom(birth.seed).split(`${birth.id} life ${birth.life}`),
      ways,
      die: () => Deno.kill(Deno.pid, "SIGKILL"),
      unsynced: "keptBack",
    });
    wire.onOrders = (orders) => world.obey(orders);
    return world.runtime;
  };
  let why: unknown = null;
  const code = await keepServing(args, async (signal) => {
    try {
      const life = await begin(birth, args, signal, openWorld);
      wire.watch(life.cores);
      void life.done.then(() => why ??= life.cause);
      return life;
    } catch (error) {
      why = error;
      throw error;
    }
  });
  if (code === 0) return code;
  return isDamage(why) ? EXIT.damaged : isDiskFailure(why) ? EXIT.disk : code;
}

type OpenWorld = (options: DenoRuntimeOptions) => Promise<DenoRuntime>;

function begin(birth: Birth, args: ServeArguments, signal: AbortSignal, openWorld: OpenWorld): Promise<Life> {
  switch (birth.serves) {
    case "log":
      return beginLog(birth, args, signal, openWorld);
    case "store":
      return beginStore(birth, args, signal, openWorld);
    case "shards":
      return beginShards(birth, args, signal, openWorld);
  }
}

/** The store cut into shards, as `serve --groups` starts it. */
async function beginShards(
  { knobs, sizes }: Birth,
  args: ServeArguments,
  signal: AbortSignal,
  openWorld: OpenWorld,
): Promise<Life> {
  const options = { ...args, folder: args.data, timing: knobs, signal, sizes };
  const node = await startShardNode(options, { openWorld, tuning: tuningOf(knobs) });
  const members = membersOf(node.parts);
  return {
    ...node,
    raft: node.parts.controller.replica.node,
    cores: members.map(({ replica }) => replica.node.core),
    get cause() {
      return members.map(({ replica }) => replica.failure ?? replica.node.stopReason).find((one) =>
        one !== null
      );
    },
  };
}

/** The replicated store, as `serve` starts it. */
async function beginStore(
  { knobs }: Birth,
  args: ServeArguments,
  signal: AbortSignal,
  openWorld: OpenWorld,
): Promise<Life> {
  const options = { ...args, folder: args.data, timing: knobs, signal };
  const node = await startNode(options, { openWorld, tuning: tuningOf(knobs) });
  const { replica } = node.parts.server;
  return {
    ...node,
    raft: replica.node,
    cores: [replica.node.core],
    get cause() {
      return replica.failure ?? replica.node.stopReason;
    },
  };
}

/** A log on bare Raft. */
async function beginLog(
  { knobs }: Birth,
  args: ServeArguments,
  signal: AbortSignal,
  openWorld: OpenWorld,
): Promise<Life> {
  const { id, peers } = args;
  const runtime = await openWorld({ address: peers.get(id) as string, folder: args.data, signal });
  const log = new LogMachine();
  const server = await LogServer.open(log, log, {
    runtime,
    id,
    members: peers,
    storage: openWal({
      disk: runtime.disk,
      folder: "raft",
      member: id,
      random: runtime.random,
      whenEmpty: args.amnesiac ? "amnesiac" : "format",
      roomBytes: 1 << 16,
      rewriteBytes: 1 << 18,
    }),
    timing: knobs,
    ...tuningOf(knobs),
  });
  const { core } = server;
  return {
    resp: null,
    http: null,
    cores: [core],
    leave: () => Promise.resolve(),
    done: server.done,
    raft: { state: () => ({ leader: core.role.type === "leader" ? id : null, term: core.term }) },
    get cause() {
      return server.cause;
    },
  };
}

function tuningOf({ maxAppendEntries, maxInFlightAppends, snapshotChunkBytes, ...knobs }: Birth["knobs"]) {
  return {
    limits: { maxAppendEntries, maxInFlightAppends, snapshotChunkBytes },
    preVote: knobs.preVote,
    checkQuorum: knobs.checkQuorum,
    maxRaftStateBytes: knobs.maxLogSizeBytes === 0 ? Infinity : knobs.maxLogSizeBytes,
  };
}
