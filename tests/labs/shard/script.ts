/**
 * One shard test as data, and how it is run.
 * @module
 */

import type { LabPart, LabRun } from "../lab.ts";
import type { MeasuredReport } from "../measured.ts";
import { playTest, type RunLabels, worldSeed } from "../kv/run.ts";
import { Fleet } from "./fleet.ts";

/** A test. `Tester` is what it is given. */
export interface ShardScript<Tester> {
  /** See `LabTest`. */
  readonly name: string;
  /** See `LabTest`. */
  readonly sentence: string;
  /** How the network is when the test begins. */
  readonly network: "reliable" | "unreliable";
  /** See `KvServerSeat`. */
  readonly maxRaftStateBytes: number | null;
  /** The test itself. */
  run(tester: Tester): Promise<void>;
}

/** What every tester can do. */
export interface ShardTesterFace {
  /** Operations that were answered. */
  readonly operations: number;
  /** Starts whatever every test of its kind begins with. */
  begin(): Promise<void>;
  /** Throws `LabFailure` if what clients were told cannot be. */
  judge(): void;
}

/** Makes the tester of one run. */
export type MakeTester<Tester> = (fleet: Fleet, maxRaftStateBytes: number | null) => Tester;

/** The tests of a part. */
export function shardTests<Tester extends ShardTesterFace>(
  scripts: readonly ShardScript<Tester>[],
  makeTester: MakeTester<Tester>,
  replay: RunLabels["replay"],
): LabPart["tests"] {
  return scripts.map((script) => ({
    name: script.name,
    sentence: script.sentence,
    run: (run: LabRun) => runShardScript(script, makeTester, { replay, run }),
  }));
}

/** Runs a test once. Rejects with `LabFailure`. */
async function runShardScript<Tester extends ShardTesterFace>(
  script: ShardScript<Tester>,
  makeTester: MakeTester<Tester>,
  { replay, run }: { readonly replay: RunLabels["replay"]; readonly run: LabRun },
): Promise<MeasuredReport> {
  const fleet = new Fleet({ seed: worldSeed(script.name, run.seed), record: run.record });
  const { world, network } = fleet;
  network.reliable = script.network === "reliable";
  const tester = makeTester(fleet, script.maxRaftStateBytes);
  const play = async () => {
    await tester.begin();
    await script.run(tester);
  };
  const stage = { world, network, operations: () => tester.operations, judge: () => tester.judge() };
  const report = await playTest(stage, play, { labels: { name: script.name, replay }, run });
  return { ...report, measured: fleet.measured };
}
