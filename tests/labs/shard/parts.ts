/**
 * Lab 5 for `deno task lab`: for Flotilla's own code, or for what a module of somebody's own exports.
 * @module
 */

import type { LabPart, LabTest } from "../lab.ts";
import { CHALLENGES_2024 } from "./challenges.ts";
import { CONTROLLER_2024 } from "./controller_2024.ts";
import { type ControllerMakers, ControllerTester } from "./controller_tester.ts";
import { DRIVEN_5A } from "./driven_5a.ts";
import { DRIVEN_5A_CLERKS } from "./driven_5a_clerks.ts";
import { DRIVEN_5B } from "./driven_5b.ts";
import { DRIVEN_5C } from "./driven_5c.ts";
import { type DrivenMakers, DrivenTester } from "./driven_tester.ts";
import {
  makeConfigServer,
  makeController,
  makeControllerClerk,
  makeDrivenGroupServer,
  makeGroupServer,
  makeShardClerk,
  makeShardController,
  makeVersionedShardClerk,
} from "./flotilla_shard.ts";
import { MISSED_MAPS_2024 } from "./missed_maps.ts";
import { shardTests } from "./script.ts";
import { STORE_5A_2024 } from "./store_5a_2024.ts";
import { STORE_5B_2024 } from "./store_5b_2024.ts";
import { type StoreMakers, StoreTester } from "./store_tester.ts";

/** What a module of somebody's own may export: whatever is there is tested. */
export type ShardModule = Partial<StoreMakers> & Partial<DrivenMakers>;

/** Gives the command that repeats a run. */
export type Replay = (test: string, seed: number) => string;

/** The parts that are about shards. */
export type ShardLabPart = "5A" | "5B" | "5C";

/** Flotilla's own. */
export const FLOTILLA_SHARD: StoreMakers & DrivenMakers = {
  makeController,
  makeControllerClerk,
  makeGroupServer,
  makeShardClerk,
  makeConfigServer,
  makeDrivenGroupServer,
  makeShardController,
  makeVersionedShardClerk,
};

/** The command that repeats a run of ours. */
export function shardReplay(part: ShardLabPart): Replay {
  return (test, seed) => `deno task lab ${part} --test ${test} --seed ${seed}`;
}

/** The tests of a part for what `module` exports. Empty if it exports nothing of that part. */
export function shardPart(part: ShardLabPart, module: ShardModule, replay: Replay): LabPart {
  return { part, tests: [...tests2024(part, module, replay), ...tests2025(part, module, replay)] };
}

function tests2024(part: ShardLabPart, module: ShardModule, replay: Replay): readonly LabTest[] {
  const { makeController, makeControllerClerk, makeGroupServer, makeShardClerk } = module;
  if (makeController === undefined || makeControllerClerk === undefined || part === "5C") return [];
  const controller: ControllerMakers = { makeController, makeControllerClerk };
  const tests: LabTest[] = [];
  if (part === "5A") {
    tests.push(
      ...shardTests(CONTROLLER_2024, (fleet, max) => new ControllerTester(fleet, controller, max), replay),
    );
  }
  if (makeGroupServer === undefined || makeShardClerk === undefined) return tests;
  const makers: StoreMakers = { ...controller, makeGroupServer, makeShardClerk };
  const scripts = part === "5A" ? STORE_5A_2024 : [...STORE_5B_2024, ...CHALLENGES_2024, ...MISSED_MAPS_2024];
  tests.push(...shardTests(scripts, (fleet, max) => new StoreTester(fleet, makers, max), replay));
  return tests;
}

function tests2025(part: ShardLabPart, module: ShardModule, replay: Replay): readonly LabTest[] {
  const { makeConfigServer, makeDrivenGroupServer, makeShardController, makeVersionedShardClerk } = module;
  if (
    makeConfigServer === undefined || makeDrivenGroupServer === undefined ||
    makeShardController === undefined ||
    makeVersionedShardClerk === undefined
  ) return [];
  const makers = { makeConfigServer, makeDrivenGroupServer, makeShardController, makeVersionedShardClerk };
  const scripts = { "5A": [...DRIVEN_5A, ...DRIVEN_5A_CLERKS], "5B": DRIVEN_5B, "5C": DRIVEN_5C }[part];
  return shardTests(scripts, (fleet, max) => new DrivenTester(fleet, makers, max), replay);
}
