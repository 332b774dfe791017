/**
 * Clerks at work while controllers move shards, on keys of all shards (the official ones use a single key, hole 4).
 * @module
 */

import type { DrivenTester } from "./driven_tester.ts";

/** Keys that clerks share: at least one in each shard. */
const KEYS = 40;

/** Clerks at work. */
export interface DrivenShift {
  /** Begins nothing more, and waits for what is under way. */
  stop(): Promise<void>;
}

/** Lets `clerks` clerks read and put, each up to `1000 / pauseMs` times a second, until they are stopped. */
export function workDriven(tester: DrivenTester, clerks: number, pauseMs: number): DrivenShift {
  let goOn = true;
  const work = async (number: number) => {
    const clerk = tester.clerk();
    const random = tester.fleet.world.random(`clerk at work ${number}`);
    const versions = new Map<string, number>();
    for (let nth = 0; goOn; nth++) {
      const key = `shared ${random.below(KEYS)}`;
      if (random.chance(0.4)) {
        const got = await clerk.get(key);
        versions.set(key, got.kind === "found" ? got.version : 0);
      } else {
        const version = versions.get(key) ?? 0;
        const result = await clerk.put(key, `${number}.${nth}`, version);
        if (result === "ok") versions.set(key, version + 1);
        else versions.delete(key);
      }
      await tester.sleep(random.below(2 * pauseMs));
    }
  };
  const working = Promise.all(Array.from({ length: clerks }, (_, number) => work(number)));
  return {
    async stop() {
      goOn = false;
      await working;
    },
  };
}
