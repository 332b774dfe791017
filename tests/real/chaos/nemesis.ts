/**
 * Breaks real processes and the lines among them, and sets right again what it broke.
 * @module
 */

import type { Random } from "../../../runtime/mod.ts";
import type { RealCluster, RealNode } from "../cluster.ts";
import { type LineState, OPEN } from "../proxy.ts";

/** What may be done to a cluster. */
export type DeedKind =
  /** A process is killed, and started again later. */
  | "kill"
  /** ... and its disk is gone when it comes back: it may follow, and never vote. At most one node in a run. */
  | "wipe"
  /** A process is stopped where it is, and goes on later. */
  | "stop"
  /** All processes are killed at once, and started again. */
  | "killAll"
  /** One node hears nobody. */
  | "deaf"
  /** Nobody hears one node. */
  | "mute"
  /** One node is cut off. */
  | "isolate"
  /** Each node hears only one neighbour: a ring of one-way cuts. */
  | "ring"
  /** Every line is slow. */
  | "slow";

/** What was done, and when it was set right. */
export interface Deed {
  readonly what: DeedKind;
  /** The node's name, or `all`. */
  readonly node: string;
  readonly atMs: number;
  readonly mendedAtMs: number;
}

/** What a nemesis needs. */
export interface NemesisOptions {
  readonly cluster: RealCluster;
  readonly random: Random;
  readonly lengthMs: number;
  readonly signal: AbortSignal;
  readonly now: () => number;
  /** Hears of everything that was broken, when it is whole again. */
  readonly report: (deed: Deed) => void;
}

const EVERY_MS = 800;
const CUT: LineState = { kind: "cut" };

/** Breaks things for the given time; resolves when everything has been set right again. */
export async function runNemesis(options: NemesisOptions): Promise<void> {
  await new RealNemesis(options).run();
}

class RealNemesis {
  readonly #options: NemesisOptions;
  readonly #mending = new Map<RealNode | "lines", Promise<void>>();
  #wiped = false;
  /** A node that did not come back; it ends the run. */
  #failure: { readonly error: unknown } | null = null;

  constructor(options: NemesisOptions) {
    this.#options = options;
  }

  async run(): Promise<void> {
    const { cluster, random, lengthMs, signal, now } = this.#options;
    const until = now() + lengthMs;
    const allAt = now() + lengthMs / 2;
    let allDone = false;
    while (now() < until && !signal.aborted && this.#failure === null) {
      await pause(EVERY_MS, signal);
      if (!allDone && now() >= allAt) {
        allDone = true;
        await Promise.all(this.#mending.values());
        await this.#killAll();
      } else if (cluster.wiring !== null && random.below(5) < 2) this.#breakLines();
      else await this.#breakNode();
    }
    await Promise.all(this.#mending.values());
    cluster.wiring?.mendAll();
    if (this.#failure !== null) throw (this.#failure as { readonly error: unknown }).error;
  }

  /** Every other time the leader: nothing is harder on a cluster. */
  async #pick(): Promise<RealNode | null> {
    const { cluster, random } = this.#options;
    const whole = cluster.nodes.filter((node) => !this.#mending.has(node) && node.child !== null);
    const at = random.below(whole.length + 1);
    if (random.below(2) === 0) {
      for (const node of whole) if ((await cluster.health(node))?.role === "leader") return node;
    }
    return whole[Math.min(at, whole.length - 1)] ?? null;
  }

  async #breakNode(): Promise<void> {
    const { random } = this.#options;
    const node = await this.#pick();
    if (node === null) return;
    const forMs = random.between(200, 2000);
    const drawn = random.below(10);
    // One lost disk in five is safe; two may take a majority's memory.
    const wipes = drawn === 0 && !this.#wiped && this.#options.cluster.nodes.length >= 5;
    this.#wiped ||= wipes;
    this.#mend(
      node,
      wipes
        ? this.#killFor(node, forMs, "wipe")
        : drawn < 5
        ? this.#killFor(node, forMs, "kill")
        : this.#stopFor(node, forMs),
    );
  }

  #mend(what: RealNode | "lines", mended: Promise<void>): void {
    const watched = mended.catch((error) => {
      this.#failure ??= { error };
    });
    this.#mending.set(what, watched.finally(() => this.#mending.delete(what)));
  }

  async #killFor(node: RealNode, ms: number, what: "kill" | "wipe"): Promise<void> {
    const { cluster, now, report, signal } = this.#options;
    const atMs = now();
    await cluster.signal(node, "SIGKILL");
    await pause(ms, signal);
    if (what === "wipe") await cluster.startWiped(node);
    else await cluster.startNode(node);
    report({ what, node: node.id, atMs, mendedAtMs: now() });
  }

  async #stopFor(node: RealNode, ms: number): Promise<void> {
    const { cluster, now, report, signal } = this.#options;
    const atMs = now();
    await cluster.signal(node, "SIGSTOP");
    await pause(ms, signal);
    await cluster.signal(node, "SIGCONT");
    report({ what: "stop", node: node.id, atMs, mendedAtMs: now() });
  }

  async #killAll(): Promise<void> {
    const { cluster, now, report } = this.#options;
    const atMs = now();
    await Promise.all(cluster.nodes.map((node) => cluster.signal(node, "SIGKILL")));
    await Promise.all(cluster.nodes.map((node) => cluster.startNode(node)));
    report({ what: "killAll", node: "all", atMs, mendedAtMs: now() });
  }

  #breakLines(): void {
    if (this.#mending.has("lines")) return;
    const { cluster, random } = this.#options;
    const kinds = ["deaf", "mute", "isolate", "ring", "slow"] as const;
    const what = kinds[random.below(kinds.length)];
    const node = cluster.nodes[random.below(cluster.nodes.length)];
    const slow: LineState = { kind: "open", delayMs: random.between(20, 200) };
    this.#mend("lines", this.#linesFor(what, node, what === "slow" ? slow : CUT, random.between(300, 2500)));
  }

  async #linesFor(
    what: "deaf" | "mute" | "isolate" | "ring" | "slow",
    node: RealNode,
    state: LineState,
    ms: number,
  ): Promise<void> {
    const { cluster, now, report, signal } = this.#options;
    const atMs = now();
    const names = cluster.nodes.map(({ id }) => id);
    const set = (to: LineState) => {
      names.forEach((from, at) =>
        names.forEach((other, otherAt) => {
          if (from === other) return;
          const touched = what === "slow" ||
            (what !== "mute" && what !== "ring" && other === node.id) ||
            (what !== "deaf" && what !== "ring" && from === node.id) ||
            (what === "ring" && otherAt !== (at + 1) % names.length);
          if (touched) cluster.wiring?.set(from, other, to);
        })
      );
    };
    set(state);
    await pause(ms, signal);
    set(OPEN);
    const everywhere = what === "slow" || what === "ring";
    report({ what, node: everywhere ? "all" : node.id, atMs, mendedAtMs: now() });
  }
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
