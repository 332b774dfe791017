/**
 * Runs in which leaders are overtaken: one after the other is cut off with what it alone has taken in, the others go on, change leaders and
 * cut their logs short, and when it comes back what it says, or is told, is old news.
 *
 * Whatever depends on a log that was cut beyond what a member disagrees on, and on answers that overtake one another, needs all of that at
 * once: drawn independently it comes together once in some ten thousand runs.
 * @module
 */

import type { Random } from "../../runtime/random.ts";
import { type LinkConditions, LOCAL_AREA, RELIABLE } from "../sim/conditions.ts";
import { pick } from "./pick.ts";
import type { Fault, Load, RunPlan } from "./plan.ts";

/** One run in so many of those that can be so is. */
export const OVERTAKEN_SHARE = 0.15;

const ELECTION_MS = 150;
/** The messages that do harm when they are old, what is said of a conflict above all. */
const OLD_NEWS = [
  "appendRejected",
  "appendRejected",
  "appendRejected",
  "appendAccepted",
  "appendRequest",
  "snapshotRequest",
];

/** `plan` as such a run, which is as long. */
export function overtaken(plan: RunPlan, random: Random): RunPlan {
  const knobs = {
    ...plan.knobs,
    electionMs: ELECTION_MS,
    heartbeatMs: pick(random, [30, 50]),
    diskStallMs: ELECTION_MS * 4,
    maxLogSizeBytes: pick(random, [200, 400, 800]),
    maxAppendEntries: pick(random, [1, 1, 2]),
    maxInFlightAppends: pick(random, [1, 4]),
    snapshotChunkBytes: pick(random, [400, 64_000]),
  };
  return {
    ...plan,
    knobs,
    links: { ...LOCAL_AREA, inOrder: false, duplicateRate: 0.05 },
    disk: { kind: "uniform", lowMs: 1, highMs: 12 },
    load: busy(plan.load),
    faults: drawFaults(plan.safetyMs, random),
  };
}

/** Hardly anything but writes: what is cut off must have something of its own, and logs must grow. */
function busy(load: Load): Load {
  return { ...load, putShare: 0.5, appendShare: 0.4, pauseMs: Math.min(load.pauseMs, 40) };
}

function drawFaults(safetyMs: number, random: Random): Fault[] {
  const faults: Fault[] = [];
  const ms = (low: number, high: number) => Math.round(ELECTION_MS * (low + random.next() * (high - low)));
  for (let atMs = ms(4, 6); atMs < safetyMs;) {
    const forMs = ms(2, 6);
    faults.push({ kind: "isolate", atMs, forMs, target: "leader", direction: "both" });
    if (random.chance(0.7)) {
      const conditions = drawLate(random);
      const only = pick(random, OLD_NEWS);
      faults.push({ kind: "badMessages", atMs: atMs + forMs - 50, forMs: 600, only, conditions });
    }
    // The next leader goes, too: what the others cut their logs at is then newer than all that the first one has.
    if (random.chance(0.5)) {
      const second = { atMs: atMs + ms(1.5, 2.5), forMs: ms(0.5, 2.5), target: "leader" } as const;
      faults.push(
        random.chance(0.5) ? { kind: "crash", ...second } : { kind: "isolate", direction: "both", ...second },
      );
    }
    atMs += forMs + ms(1, 4);
  }
  return faults.filter(({ atMs }) => atMs < safetyMs).sort((left, right) => left.atMs - right.atMs);
}

function drawLate(random: Random): LinkConditions {
  return random.chance(0.5)
    ? { ...RELIABLE, holdBack: { rate: 0.5, minMs: 20, spreadMs: 400 } }
    : { ...RELIABLE, delay: { kind: "uniform", lowMs: 0, highMs: 250 }, duplicateRate: 0.7 };
}
