/**
 * Faults of machines: their lives, their clocks, their disks, and what a job keeps on them.
 * @module
 */

import type { Delay } from "../sim/conditions.ts";
import type { Machine } from "../sim/machine.ts";
import { type Fault, LOSES_DISK } from "./plan.ts";
import { counted, deathsBy, onClock, type Strike } from "./strike.ts";
import type { JobVictims, Victims } from "./victims.ts";

/** Faults that kill. */
export type Death = "crash" | "crashAll" | "crashGroup" | "wipe" | "bitFlip" | "misdirect" | "failingRead";
/** Faults of a process and its clock. */
export type ProcessFault = "pause" | "drift" | "clockJump" | "clockFreeze";
/** Faults of a disk that is in use. */
export type DiskFault = "slowDisk" | "hungDisk" | "fullDisk" | "failingSync" | "failingWrite";
/** Faults of a job. */
export type JobFault = "slowInput" | "loseMap" | "damageMap";

/** Kills; null if nobody was alive, or nothing was there to damage. `target`: the machine that is meant, if one is. */
export function strikeDead(
  victims: Victims,
  fault: Fault & { readonly kind: Death },
  { target, machineOf }: { readonly target: number; readonly machineOf: (node: number) => Machine },
): Strike | null {
  if (fault.kind === "crashAll" || fault.kind === "crashGroup") {
    const meant = fault.kind === "crashAll"
      ? victims.names.map((_, node) => node)
      : victims.membersOf(fault.group);
    let killed: readonly number[] = [];
    const deaths = deathsBy(meant.map(machineOf), () => {
      killed = meant.filter((node) => victims.holdDown(node, "drawn"));
    });
    if (killed.length === 0) return null;
    // One death is another fault's business.
    const enough = Math.min(2, meant.length);
    return { end: () => killed.forEach((node) => victims.release(node)), felt: () => deaths >= enough };
  }
  const machine = machineOf(target);
  // Members come and go: how many disks a plan may lose is not known before.
  const losesDisk = LOSES_DISK.includes(fault.kind);
  if (losesDisk && victims.churn !== null && !victims.churn.canLose(target)) return null;
  let killed = false;
  const deaths = deathsBy([machine], () => killed = victims.holdDown(target, "drawn"));
  if (!killed) return null;
  const end = () => victims.release(target);
  if (fault.kind === "crash") return { end, felt: () => deaths > 0 };
  // A log is read only by who starts: the next start is the one that fails.
  if (fault.kind === "failingRead") return counted(machine.disk.failNext("read", 1), end);
  const before = machine.disk.mediumDigest;
  const took = disturb(victims, fault.kind, target);
  const changed = machine.disk.mediumDigest !== before;
  if (took) return { end, felt: () => changed };
  // Without stored bytes there is nothing to damage; the crash alone is another fault's business.
  end();
  return null;
}

function disturb(victims: Victims, kind: "wipe" | "bitFlip" | "misdirect", target: number): boolean {
  if (kind !== "wipe") return victims.damage(target, kind === "bitFlip" ? "bit" : "sector");
  victims.wipe(target);
  return true;
}

/** Upsets a process; null if it is down, or paused already. */
export function strikeProcess(
  machine: Machine,
  fault: Fault & { readonly kind: ProcessFault },
): Strike | null {
  if (!machine.running) return null;
  const { clock } = machine;
  switch (fault.kind) {
    case "pause":
      if (machine.paused) return null;
      return counted(machine.pause(), () => machine.resume());
    case "drift":
      return onClock(clock, () => clock.drift(fault.ppm), () => clock.drift(0));
    case "clockJump":
      return onClock(clock, () => clock.jump(fault.jumpMs), () => {});
    case "clockFreeze":
      return onClock(clock, () => clock.freeze(), () => clock.thaw());
  }
}

/** Upsets a disk; null if nobody uses it. `usual`: how long its syncs take otherwise. */
export function strikeDisk(
  { running, disk }: Machine,
  fault: Fault & { readonly kind: DiskFault },
  usual: Delay,
): Strike | null {
  if (!running) return null;
  switch (fault.kind) {
    case "slowDisk":
      return counted(disk.setSyncDelay(fault.delay), () => disk.setSyncDelay(usual));
    case "hungDisk":
      return counted(disk.hangSyncs(), () => disk.releaseSyncs());
    case "fullDisk":
      return counted(disk.fill(0), () => disk.makeRoom());
    case "failingSync":
      return counted(disk.failNext("sync", 1), () => disk.failNext("sync", 0));
    case "failingWrite":
      return counted(disk.failNext("write", 1), () => disk.failNext("write", 0));
  }
}

/** Upsets a job; null if what is meant is not there. */
export function strikeJob(
  job: JobVictims | null,
  fault: Fault & { readonly kind: JobFault },
  target: number,
): Strike | null {
  if (job === null) return null;
  const over = { end: () => {}, felt: () => true };
  switch (fault.kind) {
    case "slowInput": {
      const before = job.slowReads;
      if (!job.slowDown(target)) return null;
      return { end: () => job.speedUp(target), felt: () => job.slowReads > before };
    }
    case "loseMap":
      return job.loseMap(fault.map) ? over : null;
    case "damageMap":
      return job.damageMap(fault, fault.how, fault.place) ? over : null;
  }
}
