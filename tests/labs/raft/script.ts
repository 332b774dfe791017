/**
 * One test of a Raft suite as data, and how it is run once.
 * @module
 */

import { hashLabel, mix } from "../../../runtime/mod.ts";
import { AmbientError, SimulationError } from "../../sim/mod.ts";
import { LabFailure } from "../failure.ts";
import type { LabReport, LabRun } from "../lab.ts";
import { RaftCluster } from "./cluster.ts";
import type { PeerWatch } from "./cluster_options.ts";
import type { MakeRaft } from "./seat.ts";
import { RaftTester } from "./tester.ts";

/** A test: the cluster that it wants, and what it does with it. */
export interface RaftScript {
  /** See `LabTest`. */
  readonly name: string;
  /** See `LabTest`. */
  readonly sentence: string;
  /** How many servers. */
  readonly servers: number;
  /** How the network is when the test begins. Long delays are always on, as in the labs. */
  readonly network: "reliable" | "unreliable";
  /** What the services do: apply only, or snapshots too, of such a size, at such a leisure. */
  readonly service: RaftService;
  /** The test itself; all servers are started and connected when it begins. */
  run(tester: RaftTester): Promise<void>;
}

/** A test's service. */
export interface RaftService {
  /** Whether it makes snapshots, every ten indices: after 9, 19 and so on. */
  readonly snapshots: boolean;
  /** Whether each server has an interval of its own: 10 for the first, 17 for the next, and so on. */
  readonly uneven: boolean;
  /**
   * What it and the judges remember of a command: all of it, or, if commands are pairs of a number and something large, the number,
   * so that whatever else is in memory is Raft's.
   */
  readonly keeps: "commands" | "numbers";
  /** Bytes that each snapshot is padded with. */
  readonly paddingBytes: number;
  /** The longest time it takes for one message. */
  readonly maxWorkMs: number;
}

/** Applies, and nothing else. */
export const APPLIES: RaftService = {
  snapshots: false,
  uneven: false,
  keeps: "commands",
  paddingBytes: 0,
  maxWorkMs: 0,
};

/** Makes snapshots, as the labs' own service does. */
export const SNAPSHOTS: RaftService = { ...APPLIES, snapshots: true };

/** The official limit of real time for one test; here it is virtual. */
const LIMIT_MS = 120_000;
/** A fuse: no test comes near it, an implementation that turns in circles without waiting burns it. */
const MAX_EVENTS = 1_000_000;

/** What is tested, and how a failure is told. */
export interface ScriptSubject {
  /** Makes each server. */
  readonly makeRaft: MakeRaft;
  /** Makes the implementation's own laws for one run; gives `null` if it has none. */
  readonly makeWatch: () => PeerWatch | null;
  /** The command that repeats a run. */
  readonly replay: (test: string, seed: number) => string;
}

/** Runs a test once. Rejects with {@linkcode LabFailure}. */
export async function runScript(script: RaftScript, subject: ScriptSubject, run: LabRun): Promise<LabReport> {
  const cluster = new RaftCluster({
    makeRaft: subject.makeRaft,
    servers: script.servers,
    // Two tests with the same number of servers should not begin with the same election.
    seed: mix(hashLabel(script.name), run.seed >>> 0) +
      (Math.floor(run.seed / 4294967296) & 0xfffff) * 4294967296,
    ...script.service,
    // An implementation's own laws remember every entry, too.
    watch: script.service.keeps === "numbers" ? null : subject.makeWatch(),
    record: run.record,
  });
  const { world, network } = cluster;
  network.reliable = script.network === "reliable";
  network.longDelays = true;
  const tester = new RaftTester(cluster);
  try {
    await world.play(async () => {
      await tester.startAll();
      await script.run(tester);
    }, { untilMs: LIMIT_MS, maxEvents: MAX_EVENTS });
  } catch (error) {
    throw explain(error, { script, subject, run, cluster });
  } finally {
    world.end();
  }
  return {
    virtualMs: world.nowMs,
    calls: network.totalCount,
    bytes: network.totalBytes,
    commits: cluster.log.length,
    events: world.loop.events,
    hash: world.trace.hash,
  };
}

interface FailedRun {
  readonly script: RaftScript;
  readonly subject: ScriptSubject;
  readonly run: LabRun;
  readonly cluster: RaftCluster;
}

function explain(error: unknown, failed: FailedRun): LabFailure {
  const { script, subject, run, cluster } = failed;
  const lines = [
    `${script.name}: ${inWords(error)}`,
    `  after ${(cluster.world.nowMs / 1000).toFixed(3)} s of virtual time, with seed ${run.seed}`,
    `  again: ${subject.replay(script.name, run.seed)}`,
  ];
  if (run.record) lines.push(...lastEvents(cluster));
  return new LabFailure(lines.join("\n"), { cause: rootOf(error) });
}

/** The first error that is not the simulation's own wrapping. */
function rootOf(error: unknown): unknown {
  let root = error;
  while (root instanceof SimulationError && root.cause !== undefined) root = root.cause;
  return root;
}

function inWords(error: unknown): string {
  const root = rootOf(error);
  if (root instanceof LabFailure) return root.message;
  if (root instanceof AmbientError) {
    return `${root.message}; in the labs time comes from \`clock\` and chance from \`random\` of the seat`;
  }
  if (root instanceof SimulationError && root.code === "standstill") {
    return `the test did not come to its end within ${LIMIT_MS / 1000} s of virtual time (${root.message})`;
  }
  if (error instanceof SimulationError && error.code === "budget") {
    return `more than ${MAX_EVENTS} events: something turns in circles without letting time pass`;
  }
  return root instanceof Error ? `${root.name}: ${root.message}` : String(root);
}

/** How much of the event log comes with a failure. */
const LAST_EVENTS = 200;

function lastEvents(cluster: RaftCluster): string[] {
  const said = cluster.world.trace.lines.filter((line) => line.detail !== "" || line.node !== "");
  return said.slice(-LAST_EVENTS).map(({ timeUs, kind, node, detail }) =>
    `  ${(timeUs / 1e6).toFixed(6)} ${kind} ${node} ${detail}`.trimEnd()
  );
}
