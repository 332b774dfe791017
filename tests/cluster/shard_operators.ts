/**
 * Who moves shards in a storm: an operator who asks the controller (2024), or drivers that carry out changes themselves (2025).
 * @module
 */

import { RefusedError, UnknownOutcomeError } from "../../kv/mod.ts";
import type { Random, Runtime } from "../../runtime/mod.ts";
import {
  type ChangeDriver,
  type Plan,
  planJoin,
  planLeave,
  planMove,
  type ShardMap,
  ShardPeer,
} from "../../shard/mod.ts";
import { operate } from "../workloads/shard.ts";
import type { ShardFleet } from "./shard_fleet.ts";

/** See the module's page. */
export interface ShardOperators {
  /** Makes the first map. */
  found(): Promise<void>;
  /** Makes change after change while `goOn` holds; gives how many were made. */
  operate(goOn: () => boolean): Promise<number>;
  /** Makes the last change, with groups 101 and 102 as members. What it gives says whether every move is done. */
  audit(timeoutMs: number): Promise<() => boolean>;
}

/** The operator of groups that follow the controller. */
export class ControllerOperator implements ShardOperators {
  readonly #fleet: ShardFleet;

  /** Nothing is asked yet. */
  constructor(fleet: ShardFleet) {
    this.#fleet = fleet;
  }

  async found(): Promise<void> {
    await this.#fleet.controllerClerk("founder").join(this.#fleet.groups(101), { timeoutMs: 10_000 });
  }

  operate(goOn: () => boolean): Promise<number> {
    return operate(this.#fleet, goOn);
  }

  async audit(timeoutMs: number): Promise<() => boolean> {
    const fleet = this.#fleet;
    const admin = fleet.controllerClerk("auditing operator");
    await admin.join(fleet.groups(101, 102), { timeoutMs });
    const { number } = await admin.query(null, { timeoutMs });
    return () =>
      [...fleet.servers.keys()].every((group) =>
        fleet.machines(group).some(({ map, transit }) =>
          map.number >= number && transit.expected.size + transit.debts.size === 0 &&
          transit.kept.all.every(({ state }) => state === "frozen")
        )
      );
  }
}

const DRIVERS = ["driver 1", "driver 2"] as const;

/** Two drivers at once, which crash in the middle of a change and are taken over by one another. */
export class ChangeDrivers implements ShardOperators {
  readonly #fleet: ShardFleet;
  #made = 0;

  /** Nothing is asked yet. */
  constructor(fleet: ShardFleet) {
    this.#fleet = fleet;
  }

  async found(): Promise<void> {
    const fleet = this.#fleet;
    const driver = this.#driver("founder");
    await driver.change(planJoin(await driver.current(), fleet.groups(101)));
  }

  async operate(goOn: () => boolean): Promise<number> {
    const { world } = this.#fleet;
    const random = world.random("drivers");
    for (const name of DRIVERS) world.machine(name).boot((runtime) => this.#drive(runtime, goOn));
    while (goOn()) {
      await world.clock.sleep(random.between(300, 2000));
      if (!goOn()) break;
      const machine = world.machine(DRIVERS[random.below(DRIVERS.length)]);
      machine.crash();
      world.loop.schedule(random.between(50, 800), () => machine.restart());
    }
    return this.#made;
  }

  async audit(timeoutMs: number): Promise<() => boolean> {
    const fleet = this.#fleet;
    const driver = this.#driver("auditing driver");
    const wanted = (map: ShardMap) => map.groups.has(101) && map.groups.has(102);
    const endMs = fleet.world.nowMs + timeoutMs;
    let map = await driver.recover();
    while (!wanted(map) && fleet.world.nowMs < endMs) {
      await driver.change(planJoin(map, fleet.groups(101, 102)));
      map = await driver.recover();
    }
    return () =>
      [...fleet.servers.keys()].every((group) =>
        fleet.machines(group).some(({ transit }) => transit.kept.size + transit.expected.size === 0)
      );
  }

  #driver(name: string): ChangeDriver {
    const fleet = this.#fleet;
    return fleet.on(name, (runtime) => fleet.driver(runtime, new ShardPeer(runtime)));
  }

  /** One life of a driver. */
  async #drive(runtime: Runtime, goOn: () => boolean): Promise<void> {
    const driver = this.#fleet.driver(runtime, new ShardPeer(runtime));
    const random = runtime.random.split("changes");
    while (goOn()) {
      try {
        const current = await driver.recover();
        await runtime.clock.sleep(random.between(30, 400));
        const { kind } = await driver.change(this.#draw(current, random));
        if (kind === "committed") this.#made++;
      } catch (error) {
        if (runtime.signal.aborted) return;
        if (!(error instanceof RefusedError || error instanceof UnknownOutcomeError)) throw error;
      }
    }
  }

  #draw(current: ShardMap, random: Random): Plan {
    const groups = [...this.#fleet.servers.keys()];
    const group = groups[random.below(groups.length)];
    const members = [...current.groups.keys()];
    const kind = random.below(5);
    if (members.length === 0 || kind < 2) return planJoin(current, this.#fleet.groups(group));
    if (kind === 2) return planLeave(current, [members[random.below(members.length)]]);
    return planMove(current, random.below(current.owners.length), members[random.below(members.length)]);
  }
}
