/**
 * A coordinator or a worker of a real job that is broken: what it does is production's, the clock, disk and network under it can be made
 * to fail.
 *
 * `job_main.ts BIRTH coordinator ...` or `job_main.ts BIRTH worker ...`: the birth as JSON, then the words of `mr`.
 * @module
 */

import { parseArguments } from "../../../../mapreduce/cli/arguments.ts";
import { type Host, type HostOptions, openHost } from "../../../../mapreduce/cli/host.ts";
import { DiskError, seededRandom } from "../../../../runtime/mod.ts";
import { FaultyWorld } from "../faulty_world.ts";
import { EXIT } from "../orders.ts";
import { Ways } from "../ways.ts";
import { Wire } from "../wire.ts";
import type { JobBirth } from "./job_birth.ts";

if (import.meta.main) Deno.exit(await main(Deno.args));

async function main([text, ...words]: readonly string[]): Promise<number> {
  void endWithHarness();
  const birth: JobBirth = JSON.parse(text);
  const args = parseArguments(words, 1);
  console.error(`process ${Deno.pid}`);
  const wire = await Wire.open(birth);
  const open = async (options: HostOptions): Promise<Host> => {
    const host = await openHost(options);
    const world = new FaultyWorld({
      inner: host,
      random: seededRandom(birth.seed).split(`${birth.id} life ${birth.life}`),
      // A worker calls the coordinator where the line to it begins; nobody calls a worker.
      ways: new Ways({}),
      die: () => Deno.kill(Deno.pid, "SIGKILL"),
      unsynced: birth.unsynced,
    });
    wire.onOrders = (orders) => world.obey(orders);
    // It serves from here on, and has nothing more to tell.
    wire.watch([]);
    return { ...world.runtime, [Symbol.dispose]: () => host[Symbol.dispose]() };
  };
  try {
    if (args.command === "worker") {
      const { workerCommand } = await import("../../../../mapreduce/cli/worker_command.ts");
      return await workerCommand(args, open);
    }
    const { coordinatorCommand } = await import("../../../../mapreduce/cli/coordinator_command.ts");
    return await coordinatorCommand(args, { workers: false }, open);
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    // As the command line of `mr` does, which ends with 1.
    console.error(`The job failed: ${error.message}`);
    return EXIT.disk;
  }
}

/** The pipe closes when whoever started this process has gone, in whatever way. */
async function endWithHarness(): Promise<void> {
  const buffer = new Uint8Array(64);
  while (await Deno.stdin.read(buffer) !== null);
  Deno.exit(0);
}
