/**
 * What the scripts of all years call of the servers.
 * @module
 */

import type { Random } from "../../../runtime/mod.ts";
import { LabFailure } from "../failure.ts";
import { Pace } from "./pace.ts";
import { demand } from "./run.ts";
import type { KvPeer } from "./seat.ts";
import type { Servers } from "./servers.ts";

/** See the module's page. */
export class BaseTester<Peer extends KvPeer> {
  /** The servers. */
  readonly servers: Servers<Peer>;
  /** Chance for the script. */
  readonly random: Random;
  /** How fast clients work. */
  readonly pace: Pace;

  /** A tester of servers that are all down. */
  constructor(servers: Servers<Peer>) {
    this.servers = servers;
    this.random = servers.world.random("lab test");
    this.pace = new Pace(servers.world.clock);
  }

  /** Virtual time in milliseconds. */
  get nowMs(): number {
    return this.servers.world.nowMs;
  }

  /** Lets virtual time pass. */
  sleep(ms: number): Promise<void> {
    return this.servers.world.clock.sleep(ms);
  }

  /** The running server that leads the highest term; null if nobody does. */
  leader(): number | null {
    let leader: number | null = null;
    let highest = -1;
    for (const [server, peer] of this.servers.peers) {
      const { term, isLeader } = peer.getState();
      if (!isLeader || term <= highest) continue;
      leader = server;
      highest = term;
    }
    return leader;
  }

  /** Waits, up to 5 s, for a leader. */
  async untilLed(): Promise<number> {
    for (let waitedMs = 0; waitedMs < 5000; waitedMs += 50) {
      const leader = this.leader();
      if (leader !== null) return leader;
      await this.sleep(50);
    }
    throw new LabFailure("no server leads after 5 s");
  }

  /** Crashes all servers, while every client has something under way, and starts them again. */
  async crashAll(downMs: number): Promise<void> {
    await this.pace.rush();
    this.servers.crashAll();
    await this.sleep(downMs);
    await this.servers.startAll();
  }

  /** After a second, and then every 1,000 to 1,199 ms, a coin for each server says on which side it is. */
  async partAgainAndAgain(goOn: () => boolean): Promise<void> {
    await this.sleep(1000);
    while (goOn()) {
      const one = this.servers.numbers.filter(() => this.random.chance(0.5));
      await this.pace.rush();
      this.servers.partition(one, this.servers.numbers.filter((server) => !one.includes(server)));
      await this.sleep(1000 + this.random.below(200));
    }
  }

  /** A majority of three and a minority of two that `leader` is in, for five servers. */
  minorityWith(leader: number): [majority: number[], minority: number[]] {
    const others = this.servers.numbers.filter((server) => server !== leader);
    return [others.slice(0, 3), [leader, ...others.slice(3)]];
  }

  /** The largest Raft state must not be more than `times` the limit; without a limit nobody may have a snapshot. */
  checkSizes(maxRaftStateBytes: number | null, times = 8): void {
    if (maxRaftStateBytes === null) {
      const snapshot = this.servers.largestSnapshot();
      demand(snapshot === 0, `a server saved a snapshot of ${snapshot} bytes, although snapshots are off`);
      return;
    }
    const largest = this.servers.largestRaftState();
    const limit = times * maxRaftStateBytes;
    demand(largest <= limit, `logs were not trimmed: a Raft state has ${largest} bytes, more than ${limit}`);
  }
}
