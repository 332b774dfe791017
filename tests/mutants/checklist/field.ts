/**
 * The field's list: what was found in real systems, and in harnesses like this one. Its lines are called in the catalogue's sources
 * "anchors R1" and so on.
 * @module
 */

import { type Checklist, linesOf } from "./line.ts";

/** Raft (R), stores on it (K), shards (S), jobs (P), disks (D), and the checks themselves (C). */
export const FIELD: Checklist = {
  title: "bugs that real systems had",
  lines: linesOf({
    R1: ["C-R1", "C-held"],
    R2: ["C-R2"],
    R3: "term and vote are one record, in one frame of the log: no crash finds one without the other",
    R6: ["X-votes-counted"],
    R7: ["C-R7-index", "C-R7-term"],
    R8: ["C-R8"],
    R9: ["PV-unasked"],
    R11: ["C-R11"],
    R12: ["C-R12"],
    R13: ["C-R13", "F-badMessages", "F-badLink"],
    R15: ["C-R15"],
    R16: ["C-R16"],
    R17: ["C-R17"],
    R18: ["C-R18"],
    R19: ["C-R19"],
    R20: ["C-R20", "WAL-ack-before-sync"],
    R22: ["XM-2015", "MC-2015"],
    R23: ["XM-two-at-once", "MC-two-at-once"],
    R24: ["F-MC-effective-on-commit", "F-MC-back-to-founders", "XM-on-commit"],
    R25: ["C-R25", "WAL-amnesia-forgotten", "F-shard-wipe"],
    R26: ["C-R26", "F-clog"],
    K1: ["C-K1"],
    K2: ["C-K2"],
    K3: "no read trusts a clock: each asks a majority whether its leader still leads",
    K4: ["C-K4", "K2"],
    K5: ["K4"],
    K6: ["C-K6", "K3"],
    K7: ["W-log", "K7"],
    K8: ["C-K8"],
    K9: ["K18", "shard-unknown-as-refused", "F-unknown-dropped"],
    K12: ["C-K12", "W-lock"],
    K13: ["W-watch"],
    K14: ["C-K14"],
    S1: ["S6"],
    S2: ["S7"],
    S3: ["S8"],
    S5: ["S13"],
    S8: ["S27"],
    P1: ["MR-M4", "RJ-in-place", "RJ-half-file"],
    P2: ["MR-M5", "MR-M5-taken"],
    P4: ["MR-M1", "MR-M7"],
    P5: ["MR-P5"],
    D1: ["F-torn", "WAL-torn-tail"],
    D2: ["F-bitFlip", "F-misdirect", "WAL-damage-is-end"],
    D4: ["F-failingSync", "F-failingWrite", "WAL-failed-sync-retried"],
    C1: ["C-C1-unanswered", "C-C1-undecided", "C-C1-never-fired", "F-vacuous", "N-halves"],
    C2: ["C-C2", "RT-life", "RT-impostor"],
    C3: ["X-C3", "C-C3"],
  }),
};
