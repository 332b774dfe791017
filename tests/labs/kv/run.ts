/**
 * How one test of these suites is run once, and how a failure is told.
 * @module
 */

import { hashLabel, mix } from "../../../runtime/mod.ts";
import { AmbientError, SimulationError, type World } from "../../sim/mod.ts";
import { LabFailure } from "../failure.ts";
import type { LabReport, LabRun } from "../lab.ts";
import type { LabNetwork } from "../labrpc/mod.ts";

/** The official limit of real time for one test; here it is virtual. */
const LIMIT_MS = 120_000;
/** A fuse: no test comes near it, an implementation that turns in circles without waiting burns it. */
const MAX_EVENTS = 20_000_000;
/** How much of the event log comes with a failure. */
const LAST_EVENTS = 200;

/** A test in the making. */
export interface Stage {
  /** The simulation. */
  readonly world: World;
  /** The network. */
  readonly network: LabNetwork;
  /** Operations that were answered, so far. */
  readonly operations: () => number;
  /** Judges what clients were told: at the end, outside virtual time, since judging takes real time. Throws `LabFailure`. */
  readonly judge: () => void;
}

/** What a run is told by, when it fails. */
export interface RunLabels {
  /** The test's name. */
  readonly name: string;
  /** The command that repeats a run. */
  readonly replay: (test: string, seed: number) => string;
}

/** The seed of one test's world: two tests should not begin with the same election. */
export function worldSeed(name: string, seed: number): number {
  return mix(hashLabel(name), seed >>> 0) + (Math.floor(seed / 4294967296) & 0xfffff) * 4294967296;
}

/** Plays `script` on `stage`. Rejects with {@linkcode LabFailure}. */
export async function playTest(
  stage: Stage,
  script: () => Promise<void>,
  told: { readonly labels: RunLabels; readonly run: LabRun },
): Promise<LabReport> {
  const { world, network } = stage;
  try {
    await world.play(script, { untilMs: LIMIT_MS, maxEvents: MAX_EVENTS });
    stage.judge();
  } catch (error) {
    throw explain(error, world, told);
  } finally {
    world.end();
  }
  return {
    virtualMs: world.nowMs,
    calls: network.totalCount,
    bytes: network.totalBytes,
    commits: stage.operations(),
    events: world.loop.events,
    hash: world.trace.hash,
  };
}

/** Throws {@linkcode LabFailure} unless `holds`. */
export function demand(holds: boolean, otherwise: string): void {
  if (!holds) throw new LabFailure(otherwise);
}

function explain(
  error: unknown,
  world: World,
  { labels, run }: { readonly labels: RunLabels; readonly run: LabRun },
): LabFailure {
  const lines = [
    `${labels.name}: ${inWords(error)}`,
    `  after ${(world.nowMs / 1000).toFixed(3)} s of virtual time, with seed ${run.seed}`,
    `  again: ${labels.replay(labels.name, run.seed)}`,
  ];
  if (run.record) lines.push(...lastEvents(world));
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

function lastEvents(world: World): string[] {
  const said = world.trace.lines.filter((line) => line.detail !== "" || line.node !== "");
  return said.slice(-LAST_EVENTS).map(({ timeUs, kind, node, detail }) =>
    `  ${(timeUs / 1e6).toFixed(6)} ${kind} ${node} ${detail}`.trimEnd()
  );
}
