/**
 * The labs' tester: what every test script calls, with the labs' own rules and numbers.
 * @module
 */

import type { Random } from "../../../runtime/mod.ts";
import { LabFailure } from "../failure.ts";
import { commandKey, showCommand } from "./applied_log.ts";
import type { RaftCluster } from "./cluster.ts";
import type { StartResult } from "./seat.ts";

/** The labs' generous second for one election (RaftElectionTimeout). */
export const ELECTION_TIMEOUT_MS = 1000;

/** What {@linkcode RaftTester.wait} found. */
export type Waited =
  /** Enough servers applied `command`. */
  | { readonly type: "committed"; readonly command: unknown }
  /** Some server has left the term: nothing can be expected any more. */
  | { readonly type: "termChanged" };

/** See the module's page. Every method throws {@linkcode LabFailure} when a demand is not met. */
export class RaftTester {
  /** The servers. */
  readonly cluster: RaftCluster;
  /** Chance for the script. */
  readonly random: Random;

  /** A tester of servers that are all down. */
  constructor(cluster: RaftCluster) {
    this.cluster = cluster;
    this.random = cluster.world.random("lab test");
  }

  /** Virtual time in milliseconds. */
  get nowMs(): number {
    return this.cluster.world.nowMs;
  }

  /** Lets virtual time pass. */
  sleep(ms: number): Promise<void> {
    return this.cluster.world.clock.sleep(ms);
  }

  /** A number that no other command of this test is likely to be, as the labs' `rand.Int()`. */
  newCommand(): number {
    return this.random.below(0x100000000) * 0x100000 + this.random.below(0x100000);
  }

  /** The number of a server `offset` places behind `server`. */
  next(server: number, offset: number): number {
    return (server + offset) % this.cluster.servers;
  }

  /** Starts all servers and connects them. */
  async startAll(): Promise<void> {
    for (const server of this.cluster.numbers) await this.cluster.start(server);
    for (const server of this.cluster.numbers) this.cluster.connect(server);
  }

  /** Starts a server from its disk and connects it. */
  async restart(server: number): Promise<void> {
    await this.cluster.start(server);
    this.cluster.connect(server);
  }

  /** Ends a server and starts it again from its disk in the same instant; it may be the one that is at work now. */
  reincarnate(server: number): void {
    this.cluster.crash(server);
    this.cluster.world.loop.schedule(0, () => {
      if (!this.cluster.isAlive(server)) this.restart(server);
    });
  }

  /** Cuts servers off. */
  disconnect(...servers: readonly number[]): void {
    for (const server of servers) this.cluster.disconnect(server);
  }

  /** Connects servers. */
  connect(...servers: readonly number[]): void {
    for (const server of servers) this.cluster.connect(server);
  }

  /** Offers a command to one server that runs. */
  start(server: number, command: unknown): StartResult {
    return this.cluster.offer(server, command);
  }

  /** Offers a command to a server that must take it. */
  startAtLeader(server: number, command: unknown): StartResult {
    const result = this.start(server, command);
    if (!result.isLeader) throw new LabFailure(`server ${server}, which led a moment ago, rejected start()`);
    return result;
  }

  /** Waits, up to about 5 s, for a leader among the connected servers; the one of the highest term. */
  async checkOneLeader(): Promise<number> {
    for (let tries = 0; tries < 10; tries++) {
      await this.sleep(450 + this.random.below(100));
      const leader = this.findLeader();
      if (leader !== null) return leader;
    }
    throw new LabFailure("expected one leader among the connected servers within 5 s, got none");
  }

  /** The connected leader of the highest term at this moment, or `null`. Two of one term are a failure. */
  findLeader(): number | null {
    let found: number | null = null;
    let foundTerm = 0;
    for (const server of this.#connected()) {
      const { term, isLeader } = this.cluster.peer(server).getState();
      if (!isLeader) continue;
      if (term === foundTerm) {
        throw new LabFailure(`term ${term} has two connected leaders: server ${found} and server ${server}`);
      }
      if (term > foundTerm) {
        found = server;
        foundTerm = term;
      }
    }
    return found;
  }

  /** The term, about which all connected servers must agree. */
  checkTerms(): number {
    let agreed: number | null = null;
    for (const server of this.#connected()) {
      const { term } = this.cluster.peer(server).getState();
      if (agreed !== null && agreed !== term) {
        throw new LabFailure(
          `servers disagree on the term: server ${server} is in ${term}, others in ${agreed}`,
        );
      }
      agreed = term;
    }
    return agreed ?? 0;
  }

  /** No connected server may believe to lead. */
  checkNoLeader(): void {
    for (const server of this.#connected()) {
      if (!this.cluster.peer(server).getState().isLeader) continue;
      throw new LabFailure(`expected no leader without a majority, but server ${server} claims to be one`);
    }
  }

  /** How many servers have applied `index`. */
  committedBy(index: number): number {
    return this.cluster.log.committed(index).servers;
  }

  /** Nobody may have applied `index`. */
  checkNotCommitted(index: number): void {
    const servers = this.committedBy(index);
    if (servers > 0) {
      throw new LabFailure(`${servers} servers committed index ${index} although no majority could`);
    }
  }

  /**
   * Offers `command` to the connected servers until one takes it and `expected` servers have applied it; returns its
   * index. Gives up after 10 s. An accepted command gets 2 s; if it is not applied then, it is offered again, or that is
   * a failure if `retry` is false.
   */
  async one(command: unknown, expected: number, options: { readonly retry: boolean }): Promise<number> {
    const deadline = this.nowMs + 10_000;
    let turn = 0;
    let last = "no connected server took it";
    while (this.nowMs < deadline) {
      let index: number | null = null;
      for (let tries = 0; tries < this.cluster.servers && index === null; tries++) {
        turn = this.next(turn, 1);
        if (!this.#isConnected(turn)) continue;
        const result = this.start(turn, command);
        if (result.isLeader) index = result.index;
      }
      if (index === null) {
        await this.sleep(50);
        continue;
      }
      if (await this.#agreedWithin(2000, index, command, expected)) return index;
      last = `server ${turn} took it at index ${index}, ${
        this.committedBy(index)
      } servers applied that index`;
      if (!options.retry) break;
    }
    throw new LabFailure(
      `one(${showCommand(command)}) failed to reach agreement of ${expected} servers within ` +
        `${options.retry || last.startsWith("no") ? 10 : 2} s: ${last}`,
    );
  }

  /**
   * Waits until `servers` servers have applied `index`, for about 30 s; with a `term`, only as long as all servers that
   * can be asked are in it.
   */
  async wait(index: number, servers: number, term: number | null): Promise<Waited> {
    let pauseMs = 10;
    for (let tries = 0; tries < 30; tries++) {
      if (this.committedBy(index) >= servers) break;
      await this.sleep(pauseMs);
      if (pauseMs < ELECTION_TIMEOUT_MS) pauseMs *= 2;
      if (term === null) continue;
      for (const server of this.cluster.numbers) {
        if (!this.cluster.answers(server)) continue;
        if (this.cluster.peer(server).getState().term > term) return { type: "termChanged" };
      }
    }
    const { servers: decided, command } = this.cluster.log.committed(index);
    if (decided < servers) {
      throw new LabFailure(`only ${decided} servers decided index ${index}; wanted ${servers}`);
    }
    return { type: "committed", command };
  }

  /** An error to throw when a demand is not met. */
  failure(message: string): LabFailure {
    return new LabFailure(message);
  }

  /** Fails with `message` unless `holds`. */
  demand(holds: boolean, message: string): void {
    if (!holds) throw new LabFailure(message);
  }

  async #agreedWithin(ms: number, index: number, command: unknown, expected: number): Promise<boolean> {
    const deadline = this.nowMs + ms;
    while (this.nowMs < deadline) {
      const found = this.cluster.log.committed(index);
      if (found.servers >= expected && found.servers > 0) {
        if (commandKey(found.command) === commandKey(command)) return true;
      }
      await this.sleep(20);
    }
    return false;
  }

  #isConnected(server: number): boolean {
    return this.cluster.isConnected(server) && this.cluster.answers(server);
  }

  #connected(): readonly number[] {
    return this.cluster.numbers.filter((server) => this.#isConnected(server));
  }
}
