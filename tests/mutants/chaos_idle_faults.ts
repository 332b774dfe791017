/**
 * Planted bugs of the harness itself, one for each fault: an injector that is called and does nothing must be noticed.
 * @module
 */

import type { Mutant } from "./mutant.ts";

const STRIKE_MACHINES = "tests/nemesis/strike_machines.ts";
const STRIKE_LINKS = "tests/nemesis/strike_links.ts";
const SHAPES = "tests/sim/shapes.ts";
const CLOCK = "tests/sim/clock.ts";
const TROUBLE = "tests/sim/disk_trouble.ts";

/** Every fault of a layer must be felt. */
function felt(layer: "kv" | "shard" | "mapreduce"): string {
  return `test -A --no-check tests/nemesis/felt_test.ts --filter ${layer}`;
}

/** An injector that does nothing. */
function idle(kind: string, patch: Pick<Mutant, "file" | "anchor" | "replacement" | "killedBy">): Mutant {
  return {
    id: `N-${kind}`,
    title: `The fault ${kind} is called and does nothing`,
    source: "OpenRaft PR 2014: a fault counts once there is evidence of it",
    ...patch,
  };
}

/** All of them. */
export const chaosIdleFaultMutants: readonly Mutant[] = [
  idle("halves", {
    file: SHAPES,
    anchor: 'case "halves":\n      return bothWays(shape.left, shape.right);',
    replacement: 'case "halves":\n      return [];',
    killedBy: felt("kv"),
  }),
  idle("bridge", {
    file: SHAPES,
    anchor: 'case "bridge":\n      return bothWays(shape.left, shape.right);',
    replacement: 'case "bridge":\n      return [];',
    killedBy: felt("kv"),
  }),
  idle("majorityRing", {
    file: SHAPES,
    anchor: "return ring(shape.nodes);",
    replacement: "return [];",
    killedBy: felt("kv"),
  }),
  idle("isolate", {
    file: STRIKE_LINKS,
    anchor: "return network.cut(name, cutOff(target, others, fault.direction));",
    replacement: "return network.cut(name, []);",
    killedBy: felt("kv"),
  }),
  idle("clog", {
    file: STRIKE_LINKS,
    anchor: "return network.clog(name, cutOff(target, others, fault.direction));",
    replacement: "return network.clog(name, []);",
    killedBy: felt("kv"),
  }),
  idle("flap", {
    file: STRIKE_LINKS,
    anchor: "return network.flap(name, [[names[fault.from], names[fault.to]]], { upMs, downMs });",
    replacement: "return network.flap(name, [], { upMs, downMs });",
    killedBy: felt("kv"),
  }),
  idle("weather", {
    file: STRIKE_LINKS,
    anchor: "return network.degrade(name, allLinks(names), fault.conditions);",
    replacement: "return network.degrade(name, [], fault.conditions);",
    killedBy: felt("kv"),
  }),
  idle("badLink", {
    file: STRIKE_LINKS,
    anchor: "return network.degrade(name, [[names[fault.from], names[fault.to]]], fault.conditions);",
    replacement: "return network.degrade(name, [], fault.conditions);",
    killedBy: felt("kv"),
  }),
  idle("badMessages", {
    file: "tests/sim/switchboard.ts",
    anchor: "return link.byKind?.get(kind) ?? link.weather;",
    replacement: "return kind === null ? link.weather : link.weather;",
    killedBy: felt("kv"),
  }),
  idle("crash", {
    file: STRIKE_MACHINES,
    anchor: 'deathsBy([machine], () => killed = victims.holdDown(target, "drawn"));',
    replacement: "deathsBy([machine], () => killed = true);",
    killedBy: felt("kv"),
  }),
  idle("crashAll", {
    file: STRIKE_MACHINES,
    anchor: 'killed = meant.filter((node) => victims.holdDown(node, "drawn"));',
    replacement: 'killed = meant.slice(0, 1).filter((node) => victims.holdDown(node, "drawn"));',
    killedBy: felt("kv"),
  }),
  idle("crashGroup", {
    file: STRIKE_MACHINES,
    anchor: ": victims.membersOf(fault.group);",
    replacement: ": [];",
    killedBy: felt("shard"),
  }),
  idle("crashAt", {
    file: "tests/nemesis/nemesis.ts",
    anchor: "() => killed = victims.holdDown(node, fault.loss));",
    replacement: "() => killed = true);",
    killedBy: felt("kv"),
  }),
  idle("crashAt-timer", {
    file: "tests/nemesis/moments.ts",
    anchor: 'machine.clock.onTimer = () => this.#tell(machine.node, "timer");',
    replacement: "machine.clock.onTimer = null;",
    killedBy: felt("kv"),
  }),
  idle("crashAt-displaced", {
    file: "tests/nemesis/moments.ts",
    anchor: "if (others !== undefined) return void others.add(listener);",
    replacement:
      "if (others !== undefined) {\n      others.clear();\n      return void others.add(listener);\n    }",
    killedBy: "test -A --no-check tests/nemesis/felt_test.ts --filter trap",
  }),
  idle("wipe", {
    file: "tests/sim/machine.ts",
    anchor: "    this.disk.wipe();\n",
    replacement: "",
    killedBy: felt("kv"),
  }),
  idle("bitFlip", {
    file: "tests/sim/file_image.ts",
    anchor: "    this.synced.flip(offset, bit);\n",
    replacement: "",
    killedBy: felt("kv"),
  }),
  idle("misdirect", {
    file: "tests/sim/file_image.ts",
    anchor: "    this.synced.write(offset, bytes.subarray(0, length));\n",
    replacement: "",
    killedBy: felt("kv"),
  }),
  idle("pause", {
    file: "tests/sim/process.ts",
    anchor: "    if (this.#alive) this.#held ??= [];\n",
    replacement: "",
    killedBy: felt("kv"),
  }),
  idle("drift", {
    file: CLOCK,
    anchor: "    this.#rate = rate;\n",
    replacement: "",
    killedBy: felt("kv"),
  }),
  idle("clockJump", {
    file: CLOCK,
    anchor: "this.#rebase(forwardUs);",
    replacement: "this.#rebase(0);",
    killedBy: felt("kv"),
  }),
  idle("clockFreeze", {
    file: CLOCK,
    anchor: "    this.#rebase(0);\n    this.#parked = [];\n",
    replacement: "    return;\n",
    killedBy: felt("kv"),
  }),
  idle("slowDisk", {
    file: TROUBLE,
    anchor: "    this.#syncDelay = delay;\n",
    replacement: "",
    killedBy: felt("kv"),
  }),
  idle("hungDisk", {
    file: TROUBLE,
    anchor: "if (this.#hanging === null) return false;",
    replacement: "if (this.#hanging !== undefined) return false;",
    killedBy: felt("kv"),
  }),
  idle("fullDisk", {
    file: "tests/sim/disk.ts",
    anchor: "if (growth > 0 && growth > room) {",
    replacement: "if (growth > Infinity) {",
    killedBy: felt("kv"),
  }),
  ...(["sync", "write", "read"] as const).map((operation) =>
    idle(`failing-${operation}`, {
      file: TROUBLE,
      anchor: "this.#failing[operation] = { left: count, felt };",
      replacement: `this.#failing[operation] = { left: operation === "${operation}" ? 0 : count, felt };`,
      killedBy: felt("kv"),
    })
  ),
  idle("members", {
    file: "tests/cluster/operators.ts",
    anchor: "const result = node.served.changeMembers(change);",
    replacement: 'const result: ChangeResult = { type: "refused", reason: "notReady" };',
    killedBy: felt("kv"),
  }),
  idle("versions", {
    file: "tests/cluster/operators.ts",
    anchor: "    node.speaks = to;\n",
    replacement: "",
    killedBy: felt("kv"),
  }),
  idle("slowInput", {
    file: "tests/chaos/job_victims.ts",
    anchor: "    this.#job.slow.add(name);\n",
    replacement: "",
    killedBy: felt("mapreduce"),
  }),
  idle("loseMap", {
    file: "tests/mapreduce/sim/shared_folder.ts",
    anchor: 'if (how === "remove") directory.unlink(path);',
    replacement: 'if (how === "remove") return;',
    killedBy: felt("mapreduce"),
  }),
  idle("damageMap", {
    file: "tests/mapreduce/sim/shared_folder.ts",
    anchor: "file.cache.view()[at] ^ (1 << (at % 8))",
    replacement: "file.cache.view()[at]",
    killedBy: felt("mapreduce"),
  }),
];
