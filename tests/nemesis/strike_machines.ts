/**
 * Faults of machines: their lives, their clocks, their disks, and what a job keeps on them.
 * @module
 */

import type { Delay } from "../sim/conditions.ts";
import type { Machine } from "../sim/machine.ts";
import type { Fault } from "./plan.ts";
import type { JobVictims, Victims } from "./victims.ts";

/** Faults that kill. */
export type Death = "crash" | "crashAll" | "crashGroup" | "wipe" | "bitFlip" | "misdirect";
/** Faults of a process and its clock. */
export type ProcessFault = "pause" | "drift" | "clockJump" | "clockFreeze";
/** Faults of a disk that is in use. */
export type DiskFault = "slowDisk" | "hungDisk" | "fullDisk" | "failingSync" | "failingWrite";
/** Faults of a job. */
export type JobFault = "slowInput" | "loseMap" | "damageMap";

/** Ends a fault. */
export type End = () => void;

/** Kills; null if nobody was alive, or nothing was there to damage. `target`: the machine that is meant, if one is. */
export function strikeDead(
  victims: Victims,
  fault: Fault & { readonly kind: Death },
  target: number,
): End | null {
  if (fault.kind === "crashAll" || fault.kind === "crashGroup") {
    const meant = fault.kind === "crashAll"
      ? victims.names.map((_, node) => node)
      : victims.membersOf(fault.group);
    const killed = meant.filter((node) => victims.holdDown(node, "drawn"));
    return killed.length === 0 ? null : () => killed.forEach((node) => victims.release(node));
  }
  if (!victims.holdDown(target, "drawn")) return null;
  if (fault.kind === "wipe") victims.wipe(target);
  // Without stored bytes there is nothing to damage; the crash alone is another fault's business.
  const took = (fault.kind !== "bitFlip" || victims.damage(target, "bit")) &&
    (fault.kind !== "misdirect" || victims.damage(target, "sector"));
  if (took) return () => victims.release(target);
  victims.release(target);
  return null;
}

/** Upsets a process; null if it is down, or paused already. */
export function strikeProcess(machine: Machine, fault: Fault & { readonly kind: ProcessFault }): End | null {
  if (!machine.running) return null;
  const { clock } = machine;
  switch (fault.kind) {
    case "pause":
      if (machine.paused) return null;
      machine.pause();
      return () => machine.resume();
    case "drift":
      clock.drift(fault.ppm);
      return () => clock.drift(0);
    case "clockJump":
      clock.jump(fault.jumpMs);
      return () => {};
    case "clockFreeze":
      clock.freeze();
      return () => clock.thaw();
  }
}

/** Upsets a disk; null if nobody uses it. `usual`: how long its syncs take otherwise. */
export function strikeDisk(
  { running, disk }: Machine,
  fault: Fault & { readonly kind: DiskFault },
  usual: Delay,
): End | null {
  if (!running) return null;
  switch (fault.kind) {
    case "slowDisk":
      disk.setSyncDelay(fault.delay);
      return () => disk.setSyncDelay(usual);
    case "hungDisk":
      disk.hangSyncs();
      return () => disk.releaseSyncs();
    case "fullDisk":
      disk.fill(0);
      return () => disk.makeRoom();
    case "failingSync":
      disk.failNext("sync", 1);
      return () => disk.failNext("sync", 0);
    case "failingWrite":
      disk.failNext("write", 1);
      return () => disk.failNext("write", 0);
  }
}

/** Upsets a job; null if what is meant is not there. */
export function strikeJob(
  job: JobVictims | null,
  fault: Fault & { readonly kind: JobFault },
  target: number,
): End | null {
  if (job === null) return null;
  switch (fault.kind) {
    case "slowInput":
      return job.slowDown(target) ? () => job.speedUp(target) : null;
    case "loseMap":
      return job.loseMap(fault.map) ? () => {} : null;
    case "damageMap":
      return job.damageMap(fault, fault.how, fault.place) ? () => {} : null;
  }
}
