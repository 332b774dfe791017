/**
 * The processes of a real cluster as a nemesis sees them: who lives, who is held down, and the operator who starts again what died.
 *
 * What processes tell of themselves is held against the laws that can be seen from outside.
 * @module
 */

import { NodeNotUpError, RealCluster } from "../cluster.ts";
import type { Wiring } from "../wiring.ts";
import { damageAtRest } from "./at_rest.ts";
import { Control } from "./control.ts";
import { type Birth, EXIT, type Orders, type Told, type Trap } from "./orders.ts";
import {
  inWords,
  isConverged,
  isLed,
  leaderOf,
  type Proc,
  type ProcessesOptions,
  PROGRAM,
  unborn,
  whyEnded,
} from "./proc.ts";
import { ToldLaws } from "./told_laws.ts";

/** How long the operator takes to notice a death. */
const OPERATOR_MS = 150;

/** See the module's page. Nodes are called `n1`, `n2`, ... and are numbered from 0. */
export class Processes implements AsyncDisposable {
  readonly names: readonly string[];
  readonly #options: ProcessesOptions;
  readonly #cluster: RealCluster;
  readonly #control: Control;
  readonly #procs: readonly Proc[];
  readonly #laws: ToldLaws;
  /** Processes that this harness has killed. */
  readonly #killed = new WeakSet<Deno.ChildProcess>();
  readonly #lastLeaders = new Map<number, number>();
  #over = false;
  /** How often a node died of its disk, or refused what was damaged. */
  diskFailures = 0;
  damagesRefused = 0;

  /** Starts all of them. */
  static async start(options: ProcessesOptions): Promise<Processes> {
    const births: { of: (id: string) => Birth | null } = { of: () => null };
    const cluster = await RealCluster.make({
      nodes: options.nodes,
      prefix: "n",
      wiring: { random: options.random.split("lines"), listener: options.onMessage },
      program: (id) => [...PROGRAM, JSON.stringify(births.of(id))],
    });
    const processes = new Processes(options, cluster);
    births.of = (id) => processes.#birthOf(id);
    try {
      await Promise.all(processes.#procs.map((proc) => processes.#start(proc)));
      return processes;
    } catch (error) {
      await processes[Symbol.asyncDispose]();
      throw error;
    }
  }

  private constructor(options: ProcessesOptions, cluster: RealCluster) {
    this.#options = options;
    this.#cluster = cluster;
    this.names = cluster.nodes.map(({ id }) => id);
    this.#laws = new ToldLaws(options.report);
    this.#control = new Control(this.names, (id, told) => this.#hear(this.names.indexOf(id), told));
    this.#procs = cluster.nodes.map(unborn);
  }

  /** The lines among them. */
  get wiring(): Wiring {
    return this.#cluster.wiring as Wiring;
  }

  /** Where each is called by clients. */
  get servers(): readonly string[] {
    return this.#cluster.nodes.map(({ peer }) => peer);
  }

  /** Where each speaks to clients of Redis. */
  get redisPorts(): readonly string[] {
    return this.#cluster.nodes.map(({ resp }) => resp);
  }

  /** Terms that had a leader. */
  get elections(): number {
    return this.#laws.elections;
  }

  /** What each process said last. */
  said(): string {
    return this.#procs.map(({ node: { id, said } }) => `node ${id}:\n${said}`).join("\n");
  }

  /** Whoever leads the latest term of a group as far as is known, or led last. */
  leader(group: number): number {
    const leader = leaderOf(this.#procs, group) ?? this.#lastLeaders.get(group) ?? 0;
    this.#lastLeaders.set(group, leader);
    return leader;
  }

  /** Whether it may vote for certain. */
  isVoter(number: number): boolean {
    const { wiped, suspect } = this.#procs[number];
    return !wiped && !suspect;
  }

  /** Whether somebody leads in every group. */
  get led(): boolean {
    return isLed(this.#procs);
  }

  /** Whether its process is alive and serves. */
  isUp(number: number): boolean {
    return this.#procs[number].state === "up";
  }

  /** Whether every node is up and has committed as much as every other, in every group. */
  get converged(): boolean {
    return isConverged(this.#procs);
  }

  /** What every node is at, in words. */
  describe(): string {
    return inWords(this.#procs);
  }

  /** Resolves when a node that was let go has come up, or has died again. */
  settled(number: number): Promise<void> {
    return this.#procs[number].starting;
  }

  /** Kills a node; it stays down until `release` was called as often. False if it was held down already. */
  async holdDown(number: number): Promise<boolean> {
    const proc = this.#procs[number];
    if (proc.state === "down" && proc.holds > 0) return false;
    proc.holds++;
    await this.#kill(proc);
    return true;
  }

  /** Lets a node come back, unless something else holds it down. */
  release(number: number): void {
    const proc = this.#procs[number];
    if (proc.holds > 0) proc.holds--;
    if (proc.holds === 0 && proc.state === "down") void this.#start(proc);
  }

  /** Lets a node come back whatever held it down, and makes it well. */
  raise(number: number): void {
    const proc = this.#procs[number];
    proc.holds = 0;
    if (proc.state === "down") void this.#start(proc);
  }

  /** Takes the disk of a node that is down away. */
  wipe(number: number): void {
    const proc = this.#procs[number];
    proc.wiped = true;
    proc.empty = true;
  }

  /** Damages what a node that is down has stored; false if there is nothing. */
  async damage(number: number, how: "bit" | "sector"): Promise<boolean> {
    const proc = this.#procs[number];
    const random = this.#options.random.split(`damage ${number} ${how}`);
    const took = await damageAtRest(`${this.#cluster.folder}/${proc.node.id}`, how, random);
    proc.suspect ||= took;
    return took;
  }

  /** Stops a process where it is, or lets it go on; false if it does not run. */
  async signal(number: number, name: "SIGSTOP" | "SIGCONT"): Promise<boolean> {
    const { node, state } = this.#procs[number];
    if (state === "down") return false;
    await this.#cluster.signal(node, name);
    return true;
  }

  /** What a node is told to suffer. */
  orders(number: number): Orders {
    return this.#control.orders(this.names[number]);
  }

  /** Tells it otherwise. */
  give(number: number, orders: Orders): void {
    const { full, failing } = orders.disk;
    if (full || failing !== null) this.#procs[number].troubled = true;
    this.#control.give(this.names[number], orders);
  }

  /** A node is to die at a point; `onSprung` hears when it has, and holds it down. */
  lay(number: number, trap: Trap, onSprung: () => void): void {
    this.#procs[number].onSprung = onSprung;
    this.#procs[number].trapped = true;
    this.give(number, { ...this.orders(number), trap });
  }

  /** Nobody is to die anywhere any more. */
  lift(number: number): void {
    this.#procs[number].onSprung = null;
    if (this.orders(number).trap !== null) this.give(number, { ...this.orders(number), trap: null });
  }

  /** Ends everything, also what is stopped. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#over = true;
    await this.#cluster[Symbol.asyncDispose]();
    await this.#control[Symbol.asyncDispose]();
  }

  #birthOf(id: string): Birth {
    const { serves, sizes, knobs, seed } = this.#options;
    const lines: Record<string, string> = {};
    for (const { id: other, peer } of this.#cluster.nodes) {
      if (other !== id) lines[peer] = this.wiring.address(id, other);
    }
    return {
      id,
      serves,
      sizes,
      knobs,
      seed,
      lines,
      port: this.#control.port,
      life: this.#control.expect(id),
    };
  }

  #start(proc: Proc): Promise<void> {
    proc.state = "starting";
    return proc.starting = this.#begin(proc);
  }

  async #begin(proc: Proc): Promise<void> {
    const { node } = proc;
    const { chronicle } = this.#options;
    if (proc.empty) {
      await Deno.remove(`${this.#cluster.folder}/${node.id}`, { recursive: true });
      proc.empty = false;
    }
    const { full, failing } = this.orders(this.#procs.indexOf(proc)).disk;
    proc.troubled = full || failing !== null;
    proc.trapped = proc.onSprung !== null;
    // What it tells is what it has in mind: a term that it had not yet written down is gone with it.
    this.#laws.forget(node.id);
    chronicle.end(`${node.id} down`);
    const started = this.#cluster.startNode(node, proc.wiped ? ["--amnesiac"] : []);
    const { child } = node;
    const ended = child?.status.then((status) => this.#ended(proc, child, status));
    try {
      await started;
      if (node.child === child && proc.state === "starting") proc.state = "up";
    } catch (error) {
      if (!(error instanceof NodeNotUpError)) throw error;
      // Whoever ended before it was ready is looked after as anybody else who ends; it is down by then.
      if (node.child !== child) await ended;
    }
  }

  async #kill(proc: Proc): Promise<void> {
    const { child } = proc.node;
    this.#bury(proc);
    if (child === null) return;
    this.#killed.add(child);
    await this.#cluster.signal(proc.node, "SIGKILL");
  }

  #bury(proc: Proc): void {
    const { chronicle } = this.#options;
    const { id } = proc.node;
    if (proc.state !== "down") {
      const [last] = proc.told;
      chronicle.state({ node: id, role: "down", term: last?.term ?? 0, commit: last?.commit ?? 0 });
      chronicle.end(`${id} leads`);
      chronicle.begin(`${id} down`, id, "down", "down");
    }
    proc.state = "down";
    proc.told = [];
  }

  /** A process has ended; if nobody here killed it there must be a reason. */
  #ended(proc: Proc, child: Deno.ChildProcess, { code, signal }: Deno.CommandStatus): void {
    if (this.#killed.has(child) || this.#over) return;
    const number = this.#procs.indexOf(proc);
    const { node: { id, said } } = proc;
    this.#bury(proc);
    switch (whyEnded(proc, { code, signal })) {
      case "trapped": {
        const { onSprung } = proc;
        this.lift(number);
        if (onSprung === null) break;
        proc.holds++;
        return onSprung();
      }
      case "damaged":
        this.damagesRefused++;
        this.wipe(number);
        proc.suspect = false;
        break;
      case "disk": {
        this.diskFailures++;
        const orders = this.orders(number);
        this.give(number, { ...orders, disk: { ...orders.disk, failing: null } });
        break;
      }
      case "unexplained": {
        const law = code === EXIT.damaged ? "durable-recovery" : "machine-failed";
        const words = said.trim().split("\n").slice(-3).join(" ");
        const how = signal === null ? `with code ${code}` : `by ${signal}`;
        return this.#options.report({ law, node: id, sentence: `Node ${id} ended ${how}: ${words}` });
      }
    }
    setTimeout(() => this.#bootIfItCan(proc), OPERATOR_MS);
  }

  /** The operator starts what died, once there is room on its disk. */
  #bootIfItCan(proc: Proc): void {
    if (this.#over || proc.holds > 0 || proc.state !== "down") return;
    if (!this.orders(this.#procs.indexOf(proc)).disk.full) void this.#start(proc);
    else setTimeout(() => this.#bootIfItCan(proc), OPERATOR_MS);
  }

  #hear(number: number, told: readonly Told[]): void {
    const proc = this.#procs[number];
    const { id } = proc.node;
    const { chronicle } = this.#options;
    if (proc.state === "down") return;
    // Whoever tells serves, however long it took to come up.
    proc.state = "up";
    const [before] = proc.told;
    const [now, ...groups] = told;
    proc.told = told;
    if (now === undefined) return;
    for (const one of told) this.#laws.hear(id, one);
    const more = groups.map(({ group, role, term, commit }) =>
      `group ${group}: ${role} of term ${term}, commit ${commit}`
    );
    chronicle.state({ node: id, role: now.role, term: now.term, commit: now.commit }, more.join("; "));
    const leads = now.role === "leader";
    if (leads && (before?.role !== "leader" || before.term !== now.term)) {
      chronicle.begin(`${id} leads`, id, "leads", `leads term ${now.term}`);
    }
    if (!leads) chronicle.end(`${id} leads`);
  }
}
