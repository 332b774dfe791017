/**
 * Faults in plain words.
 * @module
 */

import type { MembersFault } from "../nemesis/churn_faults.ts";
import type { Fault, Target } from "../nemesis/plan.ts";
import type { Delay, LinkConditions } from "../sim/conditions.ts";

/** What a fault does, as the end of a sentence that begins with its time. `nameOf`: the name of a machine. */
export function faultInWords(fault: Fault, nameOf: (node: number) => string): string {
  const who = "target" in fault ? targetInWords(fault.target, nameOf) : "";
  const ms = "forMs" in fault ? `for ${fault.forMs} ms` : "";
  switch (fault.kind) {
    case "halves":
      return `${fault.left.map(nameOf).join(", ")} cannot talk with the others ${ms}`;
    case "isolate":
      return `${who} is cut off (${fault.direction}) ${ms}`;
    case "clog":
      return `what goes to or from ${who} (${fault.direction}) is held up ${ms}, then all of it arrives`;
    case "bridge":
      return `two sides can talk only with ${nameOf(fault.bridge)} ${ms}`;
    case "majorityRing":
      return `everybody hears a majority, no two the same one, ${ms}`;
    case "flap":
      return `the link from ${nameOf(fault.from)} to ${nameOf(fault.to)} comes and goes ${ms}`;
    case "weather":
      return `all links turn bad ${ms}: ${conditionsInWords(fault.conditions)}`;
    case "badLink":
      return `the link from ${nameOf(fault.from)} to ${nameOf(fault.to)} turns bad ${ms}: ${
        conditionsInWords(fault.conditions)
      }`;
    case "badMessages":
      return `messages of kind ${fault.only} fare badly ${ms}: ${conditionsInWords(fault.conditions)}`;
    case "crash":
      return `${who} dies and is down ${ms}`;
    case "crashAt":
      return `${who} dies at its "${fault.point}" number ${fault.nth} from then on (unsynced writes: ${fault.loss}) and is down ${ms}`;
    case "crashAll":
      return `all machines die at once and are down ${ms}`;
    case "crashGroup":
      return `all members of group ${fault.group} die at once and are down ${ms}`;
    case "wipe":
      return `${who} dies, loses its disk and is down ${ms}`;
    case "bitFlip":
      return `${who} dies, a bit of its disk flips, it is down ${ms}`;
    case "misdirect":
      return `${who} dies, a sector of its disk is overwritten by another, it is down ${ms}`;
    case "pause":
      return `${who} stands still ${ms}`;
    case "drift":
      return `the clock of ${who} runs ${fault.ppm > 0 ? "fast" : "slow"} by ${
        Math.abs(fault.ppm)
      } millionths ${ms}`;
    case "clockJump":
      return `the clock of ${who} leaps ahead by ${fault.jumpMs} ms`;
    case "clockFreeze":
      return `the clock of ${who} stands still ${ms}`;
    case "slowDisk":
      return `the disk of ${who} takes ${delayInWords(fault.delay)} for a sync ${ms}`;
    case "hungDisk":
      return `the disk of ${who} does not answer ${ms}`;
    case "fullDisk":
      return `the disk of ${who} is full ${ms}`;
    case "failingSync":
      return `the next sync of ${who} fails`;
    case "failingWrite":
      return `the next write of ${who} fails halfway`;
    case "failingRead":
      return `the next read from the disk of ${who} fails`;
    case "members":
      return membersInWords(fault, nameOf);
    case "versions":
      return `${who} is stopped and comes back after ${fault.forMs} ms as a program of version ${fault.to}`;
    case "slowInput":
      return `the inputs of ${who} come slowly ${ms}`;
    case "loseMap":
      return `what map task ${fault.map} has made is gone`;
    case "damageMap":
      return `a file of map task ${fault.map} is damaged (${fault.how})`;
  }
}

function membersInWords(fault: MembersFault, nameOf: (node: number) => string): string {
  const until = `(the operator gives up after ${fault.forMs} ms)`;
  switch (fault.change) {
    case "join":
      return `${nameOf(fault.newcomer)} is to join: as a learner, then with a vote ${until}`;
    case "leave":
      return `${targetInWords(fault.target, nameOf)} is to be removed from the members ${until}`;
    case "retire":
      return `${targetInWords(fault.target, nameOf)} is to give up its vote, then to be removed ${until}`;
    case "rejoin":
      return `${
        targetInWords(fault.target, nameOf)
      } is to be removed, and to come back with an empty disk: under its ` +
        `old name, which must be refused, then under a new one ${until}`;
    case "replace":
      return `${nameOf(fault.newcomer)} is to join, then ${
        targetInWords(fault.target, nameOf)
      } is to be removed ${until}`;
  }
}

function targetInWords(target: Target, nameOf: (node: number) => string): string {
  if (typeof target === "number") return nameOf(target);
  return target === "leader" ? "the leader" : `the leader of group ${target.slice("leader ".length)}`;
}

/** Links in a few words. */
export function conditionsInWords(
  { lossRate, duplicateRate, delay, holdBack, bytesPerSecond }: LinkConditions,
): string {
  const words = [
    lossRate > 0 ? `${Math.round(lossRate * 100)} % lost` : "",
    duplicateRate > 0 ? `${Math.round(duplicateRate * 100)} % twice` : "",
    holdBack.rate > 0 ? `${Math.round(holdBack.rate * 100)} % held back` : "",
    bytesPerSecond > 0 ? `${bytesPerSecond} bytes a second` : "",
    delay.kind === "none" ? "" : `${delayInWords(delay)} each`,
  ];
  return words.filter((word) => word !== "").join(", ");
}

/** How long something takes, in a few words. */
export function delayInWords(delay: Delay): string {
  switch (delay.kind) {
    case "none":
      return "no time";
    case "fixed":
      return `${delay.ms} ms`;
    case "uniform":
      return `${delay.lowMs} to ${delay.highMs} ms`;
    case "exponential":
      return `${delay.meanMs} ms on average`;
  }
}
