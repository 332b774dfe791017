/**
 * Clients at work while servers come and go, and the check that they lost nothing.
 * @module
 */

import { commandKey } from "./applied_log.ts";
import { ELECTION_TIMEOUT_MS, type RaftTester } from "./tester.ts";

/** How long a client waits between looks at what became of its command. */
const LOOKS_MS = [10, 20, 50, 100, 200];

/** A client of the labs' churn: offers commands everywhere, and notes in `seen` those that it saw committed. */
async function client(
  tester: RaftTester,
  me: number,
  options: { readonly stopped: () => boolean; readonly restMs: number; readonly seen: number[] },
): Promise<void> {
  const { cluster } = tester;
  while (!options.stopped()) {
    const command = tester.newCommand();
    let index: number | null = null;
    for (const server of cluster.numbers) {
      if (!cluster.answers(server)) continue;
      const result = tester.start(server, command);
      if (result.isLeader) index = result.index;
    }
    if (index === null) {
      await tester.sleep(79 + me * 17);
      continue;
    }
    // Perhaps the leader commits it, perhaps not: do not wait for ever.
    for (const lookMs of LOOKS_MS) {
      const found = cluster.log.committed(index);
      if (found.servers > 0) {
        if (found.command === command) options.seen.push(command);
        break;
      }
      await tester.sleep(lookMs);
    }
    await tester.sleep(options.restMs);
  }
}

/**
 * Lets three clients work while `trouble` happens, then has `peace` made, and checks that all servers share a log that
 * holds every command which a client saw committed. `restMs` is how long a client rests after each command. Trouble in which nothing
 * is committed shows nothing: it is told whether any client has seen a command committed yet.
 */
export async function loseNothing(
  tester: RaftTester,
  script: {
    readonly restMs: number;
    readonly trouble: (hasSeen: () => boolean) => Promise<void>;
    readonly peace: () => Promise<void>;
  },
): Promise<void> {
  let stop = false;
  const stopped = () => stop;
  const seen: number[] = [];
  const clients = [0, 1, 2].map((me) => client(tester, me, { stopped, restMs: script.restMs, seen }));
  await script.trouble(() => seen.length > 0);
  await script.peace();
  stop = true;
  await Promise.all(clients);
  tester.demand(seen.length > 0, "no client ever saw a command committed");
  await tester.sleep(ELECTION_TIMEOUT_MS);
  await checkFinalLog(tester, seen);
}

async function checkFinalLog(tester: RaftTester, seen: readonly number[]): Promise<void> {
  const { servers } = tester.cluster;
  const last = await tester.one(tester.newCommand(), servers, { retry: true });
  const log = new Set<string | number>();
  for (let index = 1; index <= last; index++) {
    const waited = await tester.wait(index, servers, null);
    if (waited.type === "committed") log.add(commandKey(waited.command));
  }
  for (const command of seen) {
    tester.demand(log.has(command), `command ${command} was seen committed, but is not in the final log`);
  }
}
