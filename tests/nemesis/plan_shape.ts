/**
 * What every part of a plan must look like. A plan that was edited by hand, or cut off half way, is refused before anything runs: in the
 * middle of a run a field that is missing looks like a failure of the harness, or like an hour in which nothing happens.
 * @module
 */

import { checkDelay, type Delay } from "../sim/conditions.ts";
import { CHANGES } from "./churn_faults.ts";
import { type FaultKind, type Layer, POINTS } from "./plan.ts";
import {
  byKind,
  type Fields,
  flag,
  isObject,
  list,
  number,
  oneOf,
  orNull,
  positive,
  record,
  type Shape,
  text,
  whole,
} from "./shape.ts";

/** What the numbers in a plan are held against. */
export interface PlanPlace {
  readonly layer: Layer;
  readonly groups: number;
  readonly machines: number;
}

const DELAYS = byKind({
  none: {},
  fixed: { ms: number(0) },
  uniform: { lowMs: number(0), highMs: number(0) },
  exponential: { minMs: number(0), meanMs: number(0), maxMs: number(0) },
});

function delay(value: unknown): string | null {
  const wrong = DELAYS(value);
  if (wrong !== null) return wrong;
  try {
    checkDelay(value as Delay);
    return null;
  } catch {
    return " must have times that rise, up to 10^9 ms";
  }
}

const RATE = number(0, 1);
const CONDITIONS = record({
  lossRate: RATE,
  duplicateRate: RATE,
  delay,
  holdBack: record({ rate: RATE, minMs: number(0), spreadMs: number(0) }),
  bytesPerSecond: number(0),
  inOrder: flag,
});
const DIRECTION = oneOf(["both", "inbound", "outbound"]);
const WHILE: Fields = { forMs: number(0) };

/** The shape of everything in a plan but its format, layer and workload, which decide what the rest means. */
export function planShape(place: PlanPlace): Shape {
  return record({
    seed: whole(0),
    changes: whole(0),
    size: orNull(record({ files: whole(1), bytes: whole(1), reduces: whole(1) })),
    isolation: oneOf(["wire", "copy"]),
    safetyMs: number(0),
    links: CONDITIONS,
    disk: delay,
    knobs: record({
      electionMs: positive,
      heartbeatMs: positive,
      diskStallMs: positive,
      maxAppendEntries: whole(1),
      maxInFlightAppends: whole(1),
      snapshotChunkBytes: whole(1),
      maxLogSizeBytes: whole(0),
      preVote: flag,
      checkQuorum: flag,
    }),
    load: record({
      clients: whole(0, 1000),
      keys: whole(1),
      pauseMs: number(0),
      putShare: RATE,
      appendShare: RATE,
      timeoutMs: positive,
      operationsEach: whole(0),
      fromMs: number(0),
    }),
    faults: list((fault) => faultShape(fault, place)),
    core: list(whole(0, place.machines - 1)),
    outside: oneOf(["both", "inbound", "outbound", "none"]),
  });
}

/** A fault whose kind is one of its layer. */
function faultShape(fault: unknown, place: PlanPlace): string | null {
  if (!isObject(fault)) return " must be an object";
  if (fault.kind === "members") return membersShape(fault, place);
  return record({ atMs: number(0), ...fieldsOf(place)[fault.kind as Exclude<FaultKind, "members">] })(fault);
}

function membersShape(fault: Readonly<Record<string, unknown>>, place: PlanPlace): string | null {
  const common: Fields = { atMs: number(0), ...WHILE, everyMs: positive, change: oneOf(CHANGES) };
  const { change } = fault;
  return record({
    ...common,
    ...(change === "join" || change === "replace" ? { newcomer: whole(0, place.machines - 1) } : {}),
    ...(change === "join" ? {} : { target: targetOf(place) }),
  })(fault);
}

function targetOf({ layer, groups, machines }: PlanPlace): Shape {
  const number = `the number of a machine below ${machines}`;
  const leaders = layer === "shard" ? groups : 0;
  return (value) => {
    if (typeof value === "number") {
      return whole(0, machines - 1)(value) === null ? null : ` must be ${number}`;
    }
    if (layer === "mapreduce") return ` must be ${number}`;
    const found = typeof value === "string" ? /^leader(?: (\d+))?$/.exec(value) : null;
    if (found !== null && Number(found[1] ?? 0) <= leaders) return null;
    return ` must be "leader"${
      layer === "shard" ? `, "leader N" with a group from 0 to ${groups},` : ""
    } or ${number}`;
  };
}

/** What each kind of fault needs besides when it begins. */
function fieldsOf(place: PlanPlace): Readonly<Record<Exclude<FaultKind, "members">, Fields>> {
  const machine = whole(0, place.machines - 1);
  const struck: Fields = { ...WHILE, target: targetOf(place) };
  const link: Fields = { ...WHILE, from: machine, to: machine };
  return {
    halves: { ...WHILE, left: list(machine) },
    isolate: { ...struck, direction: DIRECTION },
    bridge: { ...WHILE, bridge: machine },
    majorityRing: WHILE,
    flap: { ...link, periodMs: positive },
    weather: { ...WHILE, conditions: CONDITIONS },
    badLink: { ...link, conditions: CONDITIONS },
    badMessages: { ...WHILE, only: text, conditions: CONDITIONS },
    clog: { ...struck, direction: DIRECTION },
    crashAt: {
      ...struck,
      point: oneOf(POINTS),
      nth: whole(1),
      loss: oneOf(["drawn", "kept", "lost", "prefix", "mixed"]),
    },
    crash: struck,
    crashAll: WHILE,
    crashGroup: { ...WHILE, group: whole(0, place.groups) },
    wipe: struck,
    bitFlip: struck,
    misdirect: struck,
    pause: struck,
    drift: { ...struck, ppm: number(-999_999) },
    clockJump: { target: targetOf(place), jumpMs: number(0) },
    clockFreeze: struck,
    slowDisk: { ...struck, delay },
    hungDisk: struck,
    fullDisk: struck,
    failingSync: struck,
    failingWrite: struck,
    failingRead: struck,
    slowInput: struck,
    loseMap: { map: whole(0) },
    damageMap: { map: whole(0), reduce: whole(0), how: oneOf(["flip", "cut"]), place: RATE },
    versions: { ...struck, to: oneOf([1, 2]) },
  };
}
