/**
 * Flotilla: Raft, a replicated state machine and key/value store, MapReduce, and a checker that judges their histories.
 *
 * This door has the few names that most people need; each folder has a door of its own with the rest: `./raft`, `./kv`,
 * `./shard`, `./mapreduce`, `./porcupine`, `./runtime`, `./runtime/deno` for the real world and `./testing` for the simulated one.
 *
 * @example A store on three members, in one process
 * ```ts
 * import { Clerk, KvServer, MemoryStorage } from "@flotilla/flotilla";
 * import { denoRuntime } from "@flotilla/flotilla/runtime/deno";
 * import { assertEquals } from "@std/assert";
 *
 * const death = new AbortController();
 * const folder = await Deno.makeTempDir();
 * const runtime = (name: string) =>
 *   denoRuntime({ address: "127.0.0.1:0", folder: `${folder}/${name}`, signal: death.signal });
 *
 * const runtimes = await Promise.all(["a", "b", "c"].map(runtime));
 * const members = new Map(runtimes.map((one, at) => ["abc"[at], one.network.address]));
 * const servers = await Promise.all(
 *   runtimes.map((one, at) =>
 *     // Nothing outlives this example: a real server keeps its promises with `openWal`.
 *     KvServer.open({ runtime: one, id: "abc"[at], members, storage: new MemoryStorage() })
 *   ),
 * );
 *
 * const clerk = new Clerk({ runtime: await runtime("client"), servers: [...members.values()] });
 * await clerk.put("greeting", "ahoy");
 * assertEquals(await clerk.get("greeting"), "ahoy");
 *
 * death.abort(); // Everything dies at once, as in a crash.
 * await Promise.all(servers.map((server) => server.done));
 * await Deno.remove(folder, { recursive: true });
 * ```
 * @module
 */

export { MemoryStorage, openWal, RaftNode, StorageError } from "./raft/mod.ts";
export {
  Clerk,
  KvServer,
  type Machine,
  MachineServer,
  RefusedError,
  replicate,
  UnknownOutcomeError,
} from "./kv/mod.ts";
export { ControllerClerk, openController } from "./shard/mod.ts";
export { loadApp, runSequential, runWorker } from "./mapreduce/mod.ts";
export {
  checkOperations,
  kvModel,
  type Model,
  type Operation,
  registerModel,
  type Verdict,
} from "./porcupine/mod.ts";
export { type Runtime, seededRandom } from "./runtime/mod.ts";
