/**
 * One run of chaos on real processes, and its judgement.
 * @module
 */

import { checkOperations, kvCodec, kvModel, renderHtml, writeLinhist } from "../../../porcupine/mod.ts";
import { seededRandom } from "../../../runtime/mod.ts";
import { NodeNotUpError, RealCluster } from "../cluster.ts";
import { RespClient, type RespReply } from "../resp_client.ts";
import { runClient, type Seen } from "./clients.ts";
import { type Deed, runNemesis } from "./nemesis.ts";

/** What a run is told. */
export interface RealRunOptions {
  /** Draws what the clients ask and what is broken; when things happen is the machine's. */
  readonly seed: number;
  readonly lengthMs: number;
  /** Three to seven; from five on a node may lose its disk. */
  readonly nodes: number;
  /** Words after those of `serve`. */
  readonly args?: readonly string[];
  /** Ends the run early; what was seen is judged all the same. */
  readonly signal: AbortSignal;
  readonly report: (deed: Deed) => void;
}

/** What came of a run. */
export interface RealRunResult {
  readonly verdict: "pass" | "violation" | "undecided";
  /** What is wrong, one sentence each. */
  readonly complaints: readonly string[];
  readonly operations: number;
  readonly acknowledged: number;
  readonly counts: Seen["counts"];
  readonly deeds: readonly Deed[];
  /** The longest time without a successful write, in milliseconds. */
  readonly longestSilenceMs: number;
  readonly history: string;
  /** The history, what was done to the nodes, and the verdict, as a page. */
  readonly page: string;
  /** What each node said last. */
  readonly said: readonly string[];
}

const CLIENTS = 8;
const JUDGE_MS = 60_000;
const BATCH = 500;

/** Runs, mends, reads everything back, judges. No process is left behind, whatever happens. */
export async function runReal(options: RealRunOptions): Promise<RealRunResult> {
  const { seed, lengthMs, nodes, signal, report, args = [] } = options;
  await using cluster = await RealCluster.start({ nodes, args, wired: true, powerSeed: seed });
  const random = seededRandom(seed).split("real");
  const origin = performance.now();
  const now = () => performance.now() - origin;
  const seen: Seen = {
    operations: [],
    acknowledged: new Map(),
    writtenAt: [0],
    counts: { ok: 0, unknown: 0, refused: 0, connections: 0 },
  };
  const deeds: Deed[] = [];
  /** What a node said that did not come back; empty if all did. */
  let fallen = "";
  const over = new AbortController();
  const clients = Array.from(
    { length: CLIENTS },
    (_, name) =>
      runClient({ cluster, name, random: random.split(`client ${name}`), signal: over.signal, seen, now }),
  );
  try {
    await runNemesis({
      cluster,
      random: random.split("nemesis"),
      lengthMs,
      signal,
      now,
      report: (deed) => {
        deeds.push(deed);
        report(deed);
      },
    });
  } catch (error) {
    if (!(error instanceof NodeNotUpError)) throw error;
    fallen = error.message;
  } finally {
    // A moment of peace, so that operations under way end; then everybody stops.
    setTimeout(() => over.abort(), 500);
    await Promise.all(clients);
  }
  // Whoever was killed has to come up again from what its disk holds, whatever a power cut took.
  const complaints = fallen === "" ? [] : [`a node was lost: ${fallen}`];
  if (fallen === "") {
    await cluster.leader();
    complaints.push(...await readBack(cluster, seen, now));
  }
  const judged = checkOperations(kvModel(), seen.operations, { timeLimitMs: JUDGE_MS });
  if (judged.kind === "illegal") complaints.push(`the history is not linearizable: ${judged.sentence}`);
  if (judged.kind === "unknown") complaints.push("the checker did not come to an end");
  if (seen.counts.ok === 0) complaints.push("no operation succeeded: nothing was tried");
  if (!deeds.some(({ what }) => what !== "killAll") && !signal.aborted) {
    complaints.push("the nemesis did nothing");
  }
  const bad = complaints.some((one) => one.includes("lost") || one.includes("not linearizable"));
  return {
    verdict: bad ? "violation" : complaints.length > 0 ? "undecided" : "pass",
    complaints,
    operations: seen.operations.length,
    acknowledged: seen.acknowledged.size,
    counts: seen.counts,
    deeds,
    longestSilenceMs: Math.round(longestGap(seen.writtenAt)),
    history: writeLinhist(kvCodec, seen.operations, { seed }),
    page: renderHtml({ model: kvModel(), operations: seen.operations }, judged, {
      title: `${nodes} real processes, seed ${seed}`,
      annotations: deeds.map(({ what, node, atMs, mendedAtMs }) => ({
        lane: node === "all" ? "all nodes" : `node ${node}`,
        at: atMs,
        until: mendedAtMs,
        text: what,
      })),
    }),
    said: cluster.nodes.map(({ id, said }) => `node ${id}:\n${said}`),
  };
}

/** Final reads: of the shared keys for the checker, of the keys that were written once against what was acknowledged. */
async function readBack(cluster: RealCluster, seen: Seen, now: () => number): Promise<string[]> {
  const complaints: string[] = [];
  for (const [at, node] of cluster.nodes.entries()) {
    using client = await RespClient.connect(node.resp, 5000);
    const keys = new Set(seen.operations.map(({ input }) => input.key));
    for (const key of keys) {
      const callAt = now();
      const value = `${await client.must("GET", key) ?? ""}`;
      const outcome = { status: "ok", returnAt: now(), output: { f: "get", value } } as const;
      seen.operations.push({ client: `final ${at}`, callAt, input: { f: "get", key }, outcome });
    }
    const wanted = [...seen.acknowledged];
    for (let from = 0; from < wanted.length; from += BATCH) {
      const part = wanted.slice(from, from + BATCH);
      const values = await client.must("MGET", ...part.map(([key]) => key)) as RespReply[];
      part.forEach(([key, value], index) => {
        if (values[index] !== value) {
          complaints.push(`lost at node ${node.id}: "${key}" was acknowledged and is ${values[index]}`);
        }
      });
    }
  }
  return complaints;
}

function longestGap(times: readonly number[]): number {
  const sorted = times.toSorted((left, right) => left - right);
  return sorted.reduce((most, time, at) => Math.max(most, time - (sorted[at - 1] ?? time)), 0);
}
