/**
 * A job queue with leases, on a running store: `deno run -A tests/examples/job_queue_main.ts HOST:PORT,... kv/CLUSTER add|work WORD...`, the
 * cluster's name as `deno task kv status` tells it.
 *
 * A job that is taken lives under a lease of its worker; if the worker dies, the lease ends and the job is free again. What
 * is done is written under the condition that the worker still holds the job: no job is done twice.
 * @module
 */

import { Clerk } from "../../mod.ts";
import { denoClock, denoNetwork, entropyRandom } from "../../runtime/deno.ts";

const death = new AbortController();
const { signal } = death;
const [servers, group, command, ...words] = Deno.args;
const runtime = {
  clock: denoClock(signal),
  random: entropyRandom(),
  network: denoNetwork({ address: null, signal }),
  signal,
};
const clerk = new Clerk({ runtime, servers: servers.split(","), group });

async function add(job: string): Promise<void> {
  await clerk.putIfVersion(`todo/${job}`, job, 0);
}

/** Takes a job that nobody holds; null if there is none. */
async function take(lease: number): Promise<{ job: string; held: number } | null> {
  const { entries } = await clerk.scan({ kind: "prefix", prefix: "todo/" });
  for (const { key, value: job, version } of entries) {
    const result = await clerk.batch(
      [{ kind: "version", key: `held/${job}`, version: 0 }, { kind: "version", key, version }],
      [{ op: "put", key: `held/${job}`, value: "", lease }],
    );
    if (result.kind === "done") return { job, held: result.revision };
  }
  return null;
}

/** False if the job was lost meanwhile, and another does it. */
async function finish(job: string, held: number, answer: string): Promise<boolean> {
  const result = await clerk.batch([{ kind: "revision", key: `held/${job}`, revision: held }], [
    { op: "put", key: `done/${job}`, value: answer, lease: 0 },
    { op: "delete", key: `todo/${job}` },
    { op: "delete", key: `held/${job}` },
  ]);
  return result.kind === "done";
}

/** Works until nothing is left to do. `dies`: takes a job and is never heard of again. */
async function work(dies: boolean): Promise<void> {
  for (;;) {
    const lease = await clerk.grantLease(500);
    const taken = await take(lease);
    if (taken !== null && dies) Deno.exit(9);
    if (taken !== null) await finish(taken.job, taken.held, taken.job.toUpperCase());
    else if ((await clerk.scan({ kind: "prefix", prefix: "todo/" }, { limit: 1 })).entries.length === 0) {
      return;
    } else await runtime.clock.sleep(50);
    await clerk.revokeLease(lease);
  }
}

if (command === "add") { for (const job of words) await add(job); }
else await work(command === "die");
death.abort();
