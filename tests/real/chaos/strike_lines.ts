/**
 * Faults of the network, on lines between real processes.
 * @module
 */

import type { Fault } from "../../nemesis/plan.ts";
import { cutOff } from "../../nemesis/strike_links.ts";
import type { LinkConditions } from "../../sim/conditions.ts";
import { allLinks, cutLinks, type LinkPair } from "../../sim/shapes.ts";
import type { Wiring } from "../wiring.ts";

/**
 * Begins a fault under `name`; returns how to end it, or null for a fault that no line can have. `target`: the node that is meant, if
 * one is. A clog is what a cut is, since TCP says again what did not arrive.
 */
export function upsetLinks(
  wiring: Wiring,
  fault: Fault,
  { name, names, target }: {
    readonly name: string;
    readonly names: readonly string[];
    readonly target: string;
  },
): (() => void) | null {
  const cut = (links: readonly LinkPair[]) => {
    wiring.cut(name, links);
    return () => wiring.mend(name);
  };
  const degrade = (links: readonly LinkPair[], conditions: LinkConditions, only: string | null) => {
    wiring.degrade(name, links, conditions, only);
    return () => wiring.mend(name);
  };
  switch (fault.kind) {
    case "halves": {
      const left = names.filter((_, one) => fault.left.includes(one));
      return cut(cutLinks({ kind: "halves", left, right: names.filter((one) => !left.includes(one)) }));
    }
    case "isolate":
    case "clog":
      return cut(cutOff(target, names.filter((one) => one !== target), fault.direction));
    case "bridge": {
      const rest = names.filter((_, one) => one !== fault.bridge);
      const half = Math.ceil(rest.length / 2);
      const [left, right] = [rest.slice(0, half), rest.slice(half)];
      return cut(cutLinks({ kind: "bridge", left, bridge: names[fault.bridge], right }));
    }
    case "majorityRing":
      return cut(cutLinks({ kind: "majorityRing", nodes: names }));
    case "weather":
      return degrade(allLinks(names), fault.conditions, null);
    case "badLink":
      return degrade([[names[fault.from], names[fault.to]]], fault.conditions, null);
    case "badMessages":
      return degrade(allLinks(names), fault.conditions, fault.only);
    default:
      return null;
  }
}
