/**
 * One test on replicated servers as data, and how it is run.
 * @module
 */

import type { LabPart, LabReport, LabRun } from "../lab.ts";
import { playTest, type RunLabels, worldSeed } from "./run.ts";
import type { KvPeer, KvServerSeat } from "./seat.ts";
import type { ServerWatch } from "./server_watch.ts";
import { Servers } from "./servers.ts";

/** A test: the servers that it wants, and what it does with them. `Tester` is what it is given. */
export interface Script<Tester> {
  /** See `LabTest`. */
  readonly name: string;
  /** See `LabTest`. */
  readonly sentence: string;
  /** How many servers. */
  readonly servers: number;
  /** How the network is when the test begins. */
  readonly network: "reliable" | "unreliable";
  /** See `KvServerSeat`. */
  readonly maxRaftStateBytes: number | null;
  /** The test itself; all servers are started and connected when it begins. */
  run(tester: Tester): Promise<void>;
}

/** What every tester can tell. */
export interface AnyTester {
  /** Operations that were answered. */
  readonly operations: number;
  /** Throws `LabFailure` if what clients were told cannot be. */
  judge(): void;
}

/** What is tested. */
export interface Subject<Peer extends KvPeer, Tester extends AnyTester> {
  /** Makes each server. */
  readonly makeServer: (seat: KvServerSeat) => Peer | Promise<Peer>;
  /** Makes the implementation's own laws for one run, or null. */
  readonly makeWatch: () => ServerWatch<Peer> | null;
  /** Makes the tester of one run. */
  readonly makeTester: (servers: Servers<Peer>) => Tester;
  /** The command that repeats a run. */
  readonly replay: RunLabels["replay"];
}

/** Runs a test once. Rejects with `LabFailure`. */
export function runScript<Peer extends KvPeer, Tester extends AnyTester>(
  script: Script<Tester>,
  subject: Subject<Peer, Tester>,
  run: LabRun,
): Promise<LabReport> {
  const servers = new Servers<Peer>({
    make: subject.makeServer,
    servers: script.servers,
    seed: worldSeed(script.name, run.seed),
    maxRaftStateBytes: script.maxRaftStateBytes,
    watch: subject.makeWatch(),
    record: run.record,
  });
  const { world, network } = servers;
  network.reliable = script.network === "reliable";
  const tester = subject.makeTester(servers);
  const play = async () => {
    await servers.startAll();
    await script.run(tester);
  };
  const stage = { world, network, operations: () => tester.operations, judge: () => tester.judge() };
  return playTest(stage, play, { labels: { name: script.name, replay: subject.replay }, run });
}

/** A part whose tests are these scripts. */
export function partOf<Peer extends KvPeer, Tester extends AnyTester>(
  part: string,
  scripts: readonly Script<Tester>[],
  subject: Subject<Peer, Tester>,
): LabPart {
  const tests = scripts.map((script) => {
    const { name, sentence } = script;
    return { name, sentence, run: (run: LabRun) => runScript(script, subject, run) };
  });
  return { part, tests };
}

/** How a test in a file of one's own is run again. */
export function defaultReplay(test: string, seed: number): string {
  return `deno test -A --filter ${test} YOUR_TEST_FILE -- --seed ${seed}`;
}
