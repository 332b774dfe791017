/**
 * What an operator does to a cluster while everything else goes wrong: members come and go, and programs are replaced by newer ones.
 *
 * These are faults like all others: data, with instants of their own, drawn by keys of their own. A run that has none of them is the run
 * that its seed gave before there were any.
 * @module
 */

import type { Random } from "../../runtime/random.ts";
import type { MembersFault } from "./churn_faults.ts";
import { pick } from "./pick.ts";
import type { CutDirection, Fault, FaultKind, Layer, Target } from "./plan.ts";

/** Both kinds. They are drawn beside the others, not among them. */
export const CHURN: readonly FaultKind[] = ["members", "versions"];

/** One run in so many has them, unless somebody asks for them. */
const SHARES = { members: 0.25, versions: 0.15 } as const;
/** A change of members that meets a leader who is cut off is the one that must be taken back. */
const CUT_SHARE = 0.4;
const TWO_SHARE = 0.25;

/** Where they strike. */
export interface ChurnGround {
  readonly layer: Layer;
  readonly nodes: number;
  readonly electionMs: number;
  readonly safetyMs: number;
}

/** What they add to a plan. */
export interface Churn {
  /** Machines that are there and no members yet. */
  readonly spares: number;
  /** Who starts with the older version. */
  readonly old: readonly number[];
  readonly faults: readonly Fault[];
}

const NONE: Churn = { spares: 0, old: [], faults: [] };

/** Draws them. `wanted`: the only kinds of faults that somebody asked for; null where nobody did. */
export function drawChurn(random: Random, ground: ChurnGround, wanted: readonly FaultKind[] | null): Churn {
  if (ground.layer !== "raft" && ground.layer !== "kv") return NONE;
  const has = (kind: "members" | "versions") =>
    wanted === null ? random.split(`use ${kind}`).chance(SHARES[kind]) : wanted.includes(kind);
  const members = has("members")
    ? drawMembers(random.split("members"), ground, wanted?.includes("isolate") ?? true)
    : NONE;
  const versions = has("versions") ? drawVersions(random.split("versions"), ground) : NONE;
  return {
    spares: members.spares,
    old: versions.old,
    faults: [...members.faults, ...versions.faults].sort((left, right) => left.atMs - right.atMs),
  };
}

function drawMembers(random: Random, { nodes, electionMs, safetyMs }: ChurnGround, cuts: boolean): Churn {
  const spares = random.split("spares").between(2, 4);
  const meanGapMs = pick(random.split("gap"), [800, 1500, 3000]);
  const faults: Fault[] = [];
  const times = random.split("times");
  let atMs = 4 * electionMs + Math.round(times.next() * meanGapMs);
  for (let number = 0; atMs < safetyMs; number++) {
    const draw = random.split(`change ${number}`);
    const patienceMs = electionMs * draw.between(8, 20);
    faults.push(drawChange(draw, { nodes, machines: nodes + spares }, { atMs, patienceMs }));
    // Mostly the cut comes first, and the operator asks whom it has cut off.
    if (cuts && draw.chance(CUT_SHARE)) faults.push(drawCut(draw, electionMs, atMs));
    // Two operators who do not know of each other.
    atMs += times.chance(TWO_SHARE) ? times.below(60) : 100 + Math.round(times.next() * 2 * meanGapMs);
  }
  return { spares, old: [], faults };
}

/** A change of members at `atMs`, by somebody who gives up after `patienceMs`. */
export function drawChange(
  random: Random,
  { nodes, machines }: { readonly nodes: number; readonly machines: number },
  { atMs, patienceMs: forMs }: { readonly atMs: number; readonly patienceMs: number },
): MembersFault {
  // In haste one asks before a leader can know where it stands, and before the last change is through.
  const everyMs = pick(random, [5, 20, 100]);
  const target: Target = random.chance(0.5) ? "leader" : random.below(machines);
  const newcomer = machines === nodes ? random.below(machines) : nodes + random.below(machines - nodes);
  const change = pick(random, ["join", "join", "leave", "retire", "replace", "rejoin"] as const);
  switch (change) {
    case "join":
      return { kind: "members", atMs, forMs, everyMs, change, newcomer };
    case "leave":
    case "retire":
    case "rejoin":
      return { kind: "members", atMs, forMs, everyMs, change, target };
    case "replace":
      return { kind: "members", atMs, forMs, everyMs, change, target, newcomer };
  }
}

function drawCut(random: Random, electionMs: number, aboutMs: number): Fault {
  const atMs = Math.max(0, aboutMs - random.between(-electionMs, 40));
  const forMs = electionMs * random.between(2, 6);
  const direction = pick<CutDirection>(random, ["both", "both", "inbound", "outbound"]);
  return { kind: "isolate", atMs, forMs, target: "leader", direction };
}

/** Some or all nodes start with version 1 and are replaced one after another; now and then one goes back. */
function drawVersions(random: Random, { nodes, electionMs, safetyMs }: ChurnGround): Churn {
  const all = random.split("all").chance(0.6);
  const old: number[] = [];
  for (let node = 0; node < nodes; node++) {
    if (all || random.split(`old ${node}`).chance(0.5)) old.push(node);
  }
  if (old.length === 0) old.push(random.split("one").below(nodes));
  const times = random.split("times");
  const faults: Fault[] = [];
  const stepMs = Math.min(safetyMs / (old.length + 2), 1500);
  let atMs = 4 * electionMs + Math.round(times.next() * stepMs);
  for (const target of times.chance(0.5) ? old : old.toReversed()) {
    const forMs = pick(times, [30, 150, 600]);
    if (atMs >= safetyMs) break;
    faults.push({ kind: "versions", atMs, forMs, target, to: 2 });
    if (times.chance(0.25)) {
      const backMs = atMs + forMs + Math.round(times.next() * stepMs * 0.6);
      faults.push({ kind: "versions", atMs: backMs, forMs, target, to: 1 });
      faults.push({
        kind: "versions",
        atMs: backMs + forMs + Math.round(times.next() * stepMs),
        forMs,
        target,
        to: 2,
      });
    }
    atMs += Math.round(stepMs * (0.4 + times.next()));
  }
  return { spares: 0, old, faults: faults.filter((fault) => fault.atMs < safetyMs) };
}
