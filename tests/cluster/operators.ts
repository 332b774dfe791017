/**
 * Whoever changes a simulated cluster while it is broken: members come and go, programs are replaced by those of another version.
 * @module
 */

import type { ChangeRefusal, ChangeResult, MemberChange } from "../../raft/member_change.ts";
import type { Configuration, Index, Term } from "../../raft/types.ts";
import type { RaftLaws } from "../check/raft_laws.ts";
import type { Report } from "../check/violation.ts";
import type { WireVersion } from "../../raft/wire_version.ts";
import type { MembersFault } from "../nemesis/churn_faults.ts";
import type { Strike } from "../nemesis/strike.ts";
import type { ChurnVictims } from "../nemesis/victims.ts";
import type { World } from "../sim/world.ts";
import type { ClusterNode } from "./cluster_node.ts";
import { Errand, type ErrandStep, type Office } from "./errand.ts";
import type { ClusterFacts } from "./facts.ts";
import type { ClusterMembership } from "./membership.ts";

/** What operators can do to machines. */
export interface Switches {
  readonly world: World;
  readonly nodes: readonly ClusterNode[];
  readonly membership: ClusterMembership;
  readonly laws: RaftLaws;
  readonly facts: ClusterFacts;
  /** How often it is looked whether somebody has to be switched off, in milliseconds. */
  readonly pauseMs: number;
  /** How long a leader remembers what the others speak, in milliseconds. */
  readonly forgetMs: number;
  readonly report: Report;
  /** Whether members that were removed do no harm if they go on. */
  readonly harmless: boolean;
  /** Starts a machine unless something holds it down. */
  boot(node: ClusterNode): void;
  /** Kills a machine, and holds it down until `release`. */
  holdDown(node: ClusterNode): boolean;
  release(node: ClusterNode): void;
  /** Kills a machine for good. */
  switchOff(node: ClusterNode): void;
  /** Something was done at a node outside its own events. */
  look(node: ClusterNode): void;
}

/** See the module's page. */
export class Operators implements ChurnVictims, Office {
  readonly #switches: Switches;
  readonly #errands = new Set<Errand>();
  #resting = false;
  /** When somebody asked for a change last. */
  #askedMs = -Infinity;
  /** Whether any change was ever taken in. */
  #changed = false;
  #tidies = false;

  constructor(switches: Switches) {
    this.#switches = switches;
  }

  change(fault: MembersFault, target: number): Strike | null {
    const steps = this.#stepsOf(fault, target);
    if (steps === null) return null;
    const errand = new Errand(this, steps);
    this.#errands.add(errand);
    this.#goOn(errand, fault.everyMs);
    return { end: () => this.#errands.delete(errand), felt: () => errand.committed > 0 };
  }

  replaceProgram(number: number, to: WireVersion): Strike | null {
    const node = this.#switches.nodes[number];
    if (node.speaks === to || (to === 1 && !this.#mayGoBack())) return null;
    if (!node.machine.running || !this.#switches.holdDown(node)) return null;
    node.speaks = to;
    const lives = node.lifeCount;
    // One version alone with itself proves nothing.
    return {
      end: () => this.#switches.release(node),
      felt: () => node.lifeCount > lives && node.ranAs === to && this.#switches.facts.mixed > 0,
    };
  }

  canLose(node: number): boolean {
    return this.#switches.membership.canLose(this.#switches.nodes[node].name);
  }

  rest(): void {
    this.#resting = true;
    this.#errands.clear();
  }

  tidy(): void {
    // Whoever asks before it disturbs does no harm, as long as those whom it asks know that they have a leader.
    if (this.#tidies || this.#switches.harmless) return;
    this.#tidies = true;
    this.#sweep();
  }

  get settled(): Configuration {
    return this.#switches.membership.settled;
  }

  ask(change: MemberChange, nth: number): ChangeResult | null {
    const leaders = this.#switches.nodes.filter(({ core }) => core?.role.type === "leader");
    if (leaders.length === 0) return null;
    const node = leaders[nth % leaders.length];
    if (node.core === null || node.served === null) return null;
    if (!this.#switches.membership.wouldAsk(node.core.membership.configuration, change)) return null;
    this.#askedMs = this.#switches.world.nowMs;
    const { names } = node.core.membership;
    const result = node.served.changeMembers(change);
    this.#switches.look(node);
    if (result.type === "proposed") {
      this.#changed = true;
      this.#checkReaders(node.name, change, names);
    }
    return result;
  }

  fate(index: Index, term: Term): "committed" | "lost" | "open" {
    const entry = this.#switches.laws.entryAt(index);
    if (entry !== undefined) return entry.term === term && "configuration" in entry ? "committed" : "lost";
    // What was compacted away before anybody looked was committed, whatever it was.
    return index < this.#switches.laws.committed ? "lost" : "open";
  }

  enlist(name: string): void {
    const node = this.#node(name);
    if (node.spare) node.joins();
    this.#switches.boot(node);
  }

  renew(name: string): boolean {
    const { membership } = this.#switches;
    if (membership.mayBelong(name) || membership.mayBeTaught(name)) return false;
    const node = this.#node(name);
    this.#switches.switchOff(node);
    node.machine.wipe();
    node.disk.replaced();
    node.joins();
    this.#switches.laws.crash(name, 0);
    this.#switches.boot(node);
    return true;
  }

  onRefused(reason: ChangeRefusal): void {
    this.#switches.facts.refusals.add(reason);
  }

  onCommitted({ type }: MemberChange): void {
    this.#switches.facts.changes[type]++;
  }

  #goOn(errand: Errand, everyMs: number): void {
    if (this.#resting || !this.#errands.has(errand)) return;
    errand.look();
    if (errand.done) this.#errands.delete(errand);
    else this.#switches.world.clock.setTimer(everyMs, () => this.#goOn(errand, everyMs));
  }

  /** Whoever was a member when a change was taken in must be able to read it, unless it is the one to go. */
  #checkReaders(leader: string, { type, id }: MemberChange, names: readonly string[]): void {
    const old = this.#switches.nodes.find(({ name, core, ranAs }) =>
      core !== null && ranAs === 1 && names.includes(name) && !(type === "remove" && name === id)
    );
    if (old === undefined) return;
    this.#switches.report({
      law: "versions",
      node: leader,
      sentence: `Node ${leader} took in a change of members, which ${old.name}, of version 1, cannot read.`,
    });
  }

  /** Null if there is nobody whom it could be about. */
  #stepsOf(fault: MembersFault, target: number): ErrandStep[] | null {
    const { membership, nodes } = this.#switches;
    const { name } = nodes[target];
    const member = membership.belongs(name);
    switch (fault.change) {
      case "join":
        return this.#joining(fault.newcomer);
      case "leave":
        return member ? [ask({ type: "remove", id: name })] : null;
      case "retire":
        return member ? [ask({ type: "demote", id: name }), ask({ type: "remove", id: name })] : null;
      case "rejoin":
        return member ? [...mistaken(name), ...this.#joining(nodes.length - 1) ?? []] : null;
      case "replace": {
        const joining = this.#joining(fault.newcomer);
        return member && joining !== null ? [...joining, ask({ type: "remove", id: name })] : null;
      }
    }
  }

  /** How the machine `newcomer`, or else the next one that never was a member, joins. */
  #joining(newcomer: number): ErrandStep[] | null {
    const { nodes } = this.#switches;
    const free = nodes.map((_, at) => nodes[(newcomer + at) % nodes.length]).find(({ spare }) => spare);
    return free === undefined ? null : [{ type: "enlist", name: free.name }, ...added(free.name)];
  }

  /** An older program cannot read what says who belongs to the cluster: none may come back once anybody has asked for a change. */
  #mayGoBack(): boolean {
    const quietMs = this.#switches.world.nowMs - this.#askedMs;
    return !this.#changed && this.#errands.size === 0 && quietMs > this.#switches.forgetMs;
  }

  /** Who was removed is switched off, and whoever is removed later, too. */
  #sweep(): void {
    for (const node of this.#switches.nodes) {
      if (node.wanted && !node.spare && !this.#switches.membership.mayBelong(node.name)) {
        this.#switches.switchOff(node);
        node.retires();
      }
    }
    this.#switches.world.clock.setTimer(this.#switches.pauseMs, () => this.#sweep());
  }

  #node(name: string): ClusterNode {
    const node = this.#switches.nodes.find((one) => one.name === name);
    if (node === undefined) throw new RangeError(`Cannot find a node named ${name}`);
    return node;
  }
}

function ask(change: MemberChange): ErrandStep {
  return { type: "ask", change };
}

/** A machine that was removed is set up anew, and taken for who it was: its name is used up, since nobody remembers what it has promised. */
function mistaken(id: string): ErrandStep[] {
  const change: MemberChange = { type: "addLearner", id, address: id };
  return [ask({ type: "remove", id }), { type: "renew", name: id }, {
    type: "err",
    change,
    refusal: "retired",
  }];
}

/** A newcomer is a learner until it has caught up. */
function added(id: string): ErrandStep[] {
  return [ask({ type: "addLearner", id, address: id }), ask({ type: "promote", id })];
}
