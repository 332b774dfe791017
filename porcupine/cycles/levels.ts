import type { AnomalyKind, CycleClass, IsolationLevel } from "./types.ts";

/** The levels, the weakest first. */
export const ISOLATION_LEVELS: readonly IsolationLevel[] = [
  "read-uncommitted",
  "read-committed",
  "consistent-view",
  "snapshot-isolation",
  "serializable",
  "strong-session-serializable",
  "strict-serializable",
];

/**
 * The weakest level that forbids each anomaly (Adya 1999, sections 4 and 5; Elle, VLDB 2020, table 1). Elle counts lists that
 * contradict each other as reads of something aborted; a store whose lists are read, changed and written back shows them without,
 * when it loses an update.
 */
const FORBIDDEN_FROM: Readonly<
  Record<Exclude<AnomalyKind, `${string}-process` | `${string}-realtime`>, IsolationLevel>
> = {
  "garbage-read": "read-uncommitted",
  "duplicate-elements": "read-uncommitted",
  "internal": "read-uncommitted",
  "G0": "read-uncommitted",
  "G1a": "read-committed",
  "G1b": "read-committed",
  "dirty-update": "read-committed",
  "G1c": "read-committed",
  "incompatible-order": "consistent-view",
  "unrepeatable-read": "consistent-view",
  "lost-update": "consistent-view",
  "G-single": "consistent-view",
  "G-nonadjacent": "snapshot-isolation",
  "G2-item": "serializable",
};

/**
 * Which dependencies a cycle needs: 0, those of data alone; 1, the order of each process; 2, real time; 3, the order of a
 * register's values that follows from real time.
 */
export type Scope = 0 | 1 | 2 | 3;

/** The weakest level that forbids what is no cycle. */
export function levelAgainst(kind: keyof typeof FORBIDDEN_FROM): IsolationLevel {
  return FORBIDDEN_FROM[kind];
}

/** A cycle's name, and the weakest level that forbids it. */
export function nameCycle(cycle: CycleClass, scope: Scope): { kind: AnomalyKind; rulesOut: IsolationLevel } {
  switch (scope) {
    case 0:
      return { kind: cycle, rulesOut: FORBIDDEN_FROM[cycle] };
    case 1:
      return { kind: `${cycle}-process`, rulesOut: "strong-session-serializable" };
    case 2:
    case 3:
      return { kind: `${cycle}-realtime`, rulesOut: "strict-serializable" };
  }
}

/** The strength of a level, from 0. */
export function strengthOf(level: IsolationLevel): number {
  return ISOLATION_LEVELS.indexOf(level);
}
