/**
 * Kills and pauses real processes, once a second.
 * @module
 */

import type { Random } from "../../../runtime/mod.ts";
import type { RealCluster, RealNode } from "../cluster.ts";

/** What was done, and when. */
export interface Deed {
  readonly atMs: number;
  readonly what: "kill" | "start" | "stop" | "continue" | "killAll";
  readonly node: string;
}

/** What a nemesis needs. */
export interface NemesisOptions {
  readonly cluster: RealCluster;
  readonly random: Random;
  readonly lengthMs: number;
  readonly signal: AbortSignal;
  readonly now: () => number;
  readonly report: (deed: Deed) => void;
}

const EVERY_MS = 1000;

/** Breaks things for the given time; resolves when everything has been set right again. */
export async function runNemesis(options: NemesisOptions): Promise<void> {
  const { cluster, random, lengthMs, signal, now } = options;
  const mending = new Map<RealNode, Promise<void>>();
  const until = now() + lengthMs;
  const allAt = now() + lengthMs / 2;
  let allDone = false;
  while (now() < until && !signal.aborted) {
    await pause(EVERY_MS, signal);
    if (!allDone && now() >= allAt) {
      allDone = true;
      await Promise.all(mending.values());
      options.report({ atMs: now(), what: "killAll", node: "all" });
      await Promise.all(cluster.nodes.map((node) => cluster.signal(node, "SIGKILL")));
      await Promise.all(cluster.nodes.map((node) => start(options, node)));
      continue;
    }
    const node = await pick(options, mending);
    if (node === null) continue;
    const lasts = random.between(200, 2000);
    const mend = random.below(2) === 0 ? killFor(options, node, lasts) : stopFor(options, node, lasts);
    mending.set(node, mend.finally(() => mending.delete(node)));
  }
  await Promise.all(mending.values());
}

/** Every other time the leader: nothing is harder on a cluster. */
async function pick(
  { cluster, random }: NemesisOptions,
  broken: ReadonlyMap<RealNode, unknown>,
): Promise<RealNode | null> {
  const whole = cluster.nodes.filter((node) => !broken.has(node) && node.child !== null);
  const at = random.below(whole.length + 1);
  const wantsLeader = random.below(2) === 0;
  if (wantsLeader) {
    for (const node of whole) if ((await cluster.health(node))?.role === "leader") return node;
  }
  return whole[Math.min(at, whole.length - 1)] ?? null;
}

async function killFor(options: NemesisOptions, node: RealNode, ms: number): Promise<void> {
  options.report({ atMs: options.now(), what: "kill", node: node.id });
  await options.cluster.signal(node, "SIGKILL");
  await pause(ms, options.signal);
  await start(options, node);
}

async function stopFor(options: NemesisOptions, node: RealNode, ms: number): Promise<void> {
  options.report({ atMs: options.now(), what: "stop", node: node.id });
  await options.cluster.signal(node, "SIGSTOP");
  await pause(ms, options.signal);
  await options.cluster.signal(node, "SIGCONT");
  options.report({ atMs: options.now(), what: "continue", node: node.id });
}

async function start(options: NemesisOptions, node: RealNode): Promise<void> {
  await options.cluster.startNode(node);
  options.report({ atMs: options.now(), what: "start", node: node.id });
}

/** Ends early when the signal fires. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end, { once: true });
  });
}
