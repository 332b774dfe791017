import { assert } from "@std/assert";
import { demandLinearizable } from "./recorder.ts";
import { BAD_NETWORK, GOOD_NETWORK, sail, type StormFault, type StormOptions } from "./storm.ts";

const EVERY_FAULT: readonly StormFault[] = [
  "crash",
  "crashLeader",
  "crashAll",
  "halves",
  "isolateLeader",
  "oneWay",
  "pause",
];
const SEEDS = 12;

/** `deno test -A tests/kv/storm_test.ts -- SEED` repeats one seed of each storm. */
const only = Deno.args.length > 0 ? Number(Deno.args[0]) : null;

function storm(what: string, options: (seed: number) => Omit<StormOptions, "seed">): void {
  Deno.test(`${what}: what clients saw is linearizable (${SEEDS} seeds)`, async () => {
    let applied = 0;
    let faults = 0;
    let snapshots = 0;
    for (const seed of only === null ? Array.from({ length: SEEDS }, (_, at) => at + 1) : [only]) {
      try {
        const result = await sail({ seed, ...options(seed) });
        demandLinearizable(result.verdict);
        applied += result.tally.applied;
        faults += result.faults;
        snapshots += result.snapshots;
      } catch (cause) {
        throw new Error(`seed ${seed}; repeat it with: deno test -A tests/kv/storm_test.ts -- ${seed}`, {
          cause,
        });
      }
    }
    if (only !== null) return;
    assert(applied > SEEDS * 50, `only ${applied} operations were applied`);
    const { faults: kinds, server } = options(1);
    assert(kinds.length === 0 || faults > SEEDS * 3, `only ${faults} faults struck`);
    assert(
      (server?.maxRaftStateBytes ?? 0) !== 1000 || snapshots > SEEDS,
      "hardly any server took a snapshot",
    );
  });
}

storm("five clients, three servers, a bad network", () => ({
  servers: 3,
  clients: 5,
  keys: 3,
  forMs: 10_000,
  faults: [],
  conditions: BAD_NETWORK,
  timeoutMs: 5000,
}));

storm("five clients, partitions of every shape", () => ({
  servers: 5,
  clients: 5,
  keys: 3,
  forMs: 10_000,
  faults: ["halves", "isolateLeader", "oneWay"],
  conditions: GOOD_NETWORK,
  timeoutMs: 3000,
}));

storm("five clients, crashes, a snapshot every 1,000 bytes", () => ({
  servers: 3,
  clients: 5,
  keys: 3,
  forMs: 10_000,
  faults: ["crash", "crashLeader", "crashAll"],
  conditions: GOOD_NETWORK,
  server: { maxRaftStateBytes: 1000 },
  timeoutMs: 3000,
}));

storm("impatient clients, everything at once, a session table that overflows", (seed) => ({
  servers: seed % 2 === 0 ? 3 : 5,
  clients: 8,
  keys: 4,
  forMs: 12_000,
  faults: EVERY_FAULT,
  conditions: BAD_NETWORK,
  server: { maxRaftStateBytes: 1000, maxSessions: 6 },
  timeoutMs: 700,
}));
