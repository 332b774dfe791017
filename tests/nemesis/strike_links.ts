/**
 * Faults of the network.
 * @module
 */

import type { Message } from "../../raft/message.ts";
import { allLinks, cutLinks, type LinkPair } from "../sim/shapes.ts";
import type { Felt } from "../sim/felt.ts";
import type { World } from "../sim/world.ts";
import type { CutDirection, Fault, LineFault } from "./plan.ts";

/** How long a link that flaps is open, as a share of its period. */
const FLAP_OPEN_SHARE = 0.5;

/** The kind of a message, as `badMessages` names it. */
export function kindOfMessage(channel: string, message: unknown): string {
  return channel.startsWith("raft:") ? (message as Message).type : "call";
}

/**
 * Begins a fault under `name`; whatever it does ends with `network.mend(name)`. `target`: the machine that is meant, if one is. What it
 * gives counts the messages that fare worse for it.
 */
export function strikeLinks(
  world: World,
  fault: Fault & { readonly kind: LineFault },
  { name, names, target }: {
    readonly name: string;
    readonly names: readonly string[];
    readonly target: string;
  },
): Felt {
  const { network } = world;
  const others = names.filter((one) => one !== target);
  switch (fault.kind) {
    case "halves": {
      const left = names.filter((_, node) => fault.left.includes(node));
      const right = names.filter((one) => !left.includes(one));
      return network.partition(name, { kind: "halves", left, right });
    }
    case "isolate":
      return network.cut(name, cutOff(target, others, fault.direction));
    case "clog":
      return network.clog(name, cutOff(target, others, fault.direction));
    case "bridge": {
      const rest = names.filter((_, node) => node !== fault.bridge);
      const half = Math.ceil(rest.length / 2);
      const [left, right] = [rest.slice(0, half), rest.slice(half)];
      return network.partition(name, { kind: "bridge", left, bridge: names[fault.bridge], right });
    }
    case "majorityRing":
      return network.partition(name, { kind: "majorityRing", nodes: names });
    case "flap": {
      const upMs = fault.periodMs * FLAP_OPEN_SHARE;
      const downMs = fault.periodMs - upMs;
      return network.flap(name, [[names[fault.from], names[fault.to]]], { upMs, downMs });
    }
    case "weather":
      return network.degrade(name, allLinks(names), fault.conditions);
    case "badLink":
      return network.degrade(name, [[names[fault.from], names[fault.to]]], fault.conditions);
    case "badMessages": {
      // Clients' requests travel between their machines and the servers.
      const ends = fault.only === "call" ? world.machines.map((machine) => machine.name) : names;
      return network.degrade(name, allLinks(ends), fault.conditions, fault.only);
    }
  }
}

/** The links between `node` and `others` that a cut in `direction` closes, as `node` sees it. */
export function cutOff(node: string, others: readonly string[], direction: CutDirection): LinkPair[] {
  const outbound = direction === "inbound" ? [] : cutLinks({ kind: "oneWay", from: [node], to: others });
  const inbound = direction === "outbound" ? [] : cutLinks({ kind: "oneWay", from: others, to: [node] });
  return [...outbound, ...inbound];
}
