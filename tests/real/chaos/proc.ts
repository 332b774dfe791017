/**
 * What is known of one node's processes.
 * @module
 */

import type { Random } from "../../../runtime/mod.ts";
import type { Report } from "../../check/violation.ts";
import type { Knobs } from "../../nemesis/plan.ts";
import type { Chronicle } from "../../report/chronicle.ts";
import type { RealNode } from "../cluster.ts";
import type { MessageListener } from "../wiring.ts";
import { type Birth, EXIT, type Told } from "./orders.ts";

/** A node's program, with its permissions: nothing but loopback can be reached, whatever goes wrong. */
export const PROGRAM: readonly string[] = [
  ...["net=127.0.0.1", "read", "write", "env", "sys", "run"].map((what) => `--allow-${what}`),
  new URL("./node_main.ts", import.meta.url).href,
];

/** What the processes are. */
export interface ProcessesOptions {
  /** How many. */
  readonly nodes: number;
  /** What each of them serves. */
  readonly serves: Birth["serves"];
  readonly sizes: Birth["sizes"];
  readonly knobs: Knobs;
  /** Draws what a loss of power leaves. */
  readonly seed: number;
  /** Draws the fate of messages, and what is damaged. */
  readonly random: Random;
  readonly chronicle: Chronicle;
  /** Hears of broken laws. */
  readonly report: Report;
  /** Hears of messages between nodes. */
  readonly onMessage: MessageListener;
}

/** One node, through all its lives. */
export interface Proc {
  /** Its addresses and its process. */
  readonly node: RealNode;
  /** How many faults hold it down. */
  holds: number;
  /** Whether it serves. */
  state: "up" | "starting" | "down";
  /** Settles when it is no longer starting. */
  starting: Promise<void>;
  /** Its disk was taken away: it may never vote again. */
  wiped: boolean;
  /** Its folder is gone by the time it starts next. */
  empty: boolean;
  /** Something stored was damaged: it may say so, and be given an empty disk. */
  suspect: boolean;
  /** Its disk was told to fail in this life. */
  troubled: boolean;
  /** It was told to die somewhere in this life; it may do so a moment after it was told not to. */
  trapped: boolean;
  /** What it told last; empty unless it is up. */
  told: readonly Told[];
  /** Hears when it has died where it was told to. */
  onSprung: (() => void) | null;
}

/** A node that was never started. */
export function unborn(node: RealNode): Proc {
  return {
    node,
    holds: 0,
    state: "down",
    starting: Promise.resolve(),
    wiped: false,
    empty: false,
    suspect: false,
    troubled: false,
    trapped: false,
    told: [],
    onSprung: null,
  };
}

/** Why a process ended that nobody here had killed. */
export type WhyEnded =
  /** It had come to the point at which it was to die. */
  | "trapped"
  /** What it had stored was damaged on purpose, and it says so. */
  | "damaged"
  /** Its disk was told to fail. */
  | "disk"
  /** A bug. */
  | "unexplained";

/** A process dies of what was done to it, and of nothing else. */
export function whyEnded(
  { trapped, suspect, troubled }: Pick<Proc, "trapped" | "suspect" | "troubled">,
  { code, signal }: Pick<Deno.CommandStatus, "code" | "signal">,
): WhyEnded {
  if (signal === "SIGKILL" && trapped) return "trapped";
  if (code === EXIT.damaged && suspect) return "damaged";
  return code === EXIT.disk && troubled ? "disk" : "unexplained";
}

/** Whether somebody leads in every group. */
export function isLed(procs: readonly Proc[]): boolean {
  const groups = procs.find(({ told }) => told.length > 0)?.told ?? [];
  return groups.length > 0 &&
    groups.every((_, group) => procs.some(({ told }) => told[group]?.role === "leader"));
}

/** Whether every node is up and has committed as much as every other, in every group. */
export function isConverged(procs: readonly Proc[]): boolean {
  const [first] = procs;
  return procs.every(({ told, state }) =>
    state === "up" && told.length > 0 &&
    told.every(({ commit }, group) => commit === first.told[group]?.commit)
  );
}

/** What every node is at, in words. */
export function inWords(procs: readonly Proc[]): string {
  return procs.map(({ node: { id }, state, told: [one] }) =>
    state === "up" && one !== undefined
      ? `${id} ${one.role} of term ${one.term}, commit ${one.commit}`
      : `${id} ${state}`
  ).join("; ");
}

/** Whoever leads the latest term of a group, as far as is known. */
export function leaderOf(procs: readonly Proc[], group: number): number | null {
  let term = -1;
  let leader: number | null = null;
  procs.forEach(({ told, state }, number) => {
    const one = told[group];
    if (state !== "up" || one?.role !== "leader" || one.term < term) return;
    term = one.term;
    leader = number;
  });
  return leader;
}
