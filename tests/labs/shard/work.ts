/**
 * Clients at work on a sharded store, each with values of which it knows what they must be.
 * @module
 */

import { demand } from "../kv/run.ts";
import type { RecordedClerk } from "../kv/tester.ts";
import type { StoreTester } from "./store_tester.ts";

/** Keys and what must be in them. */
export class Ledger {
  readonly #wanted = new Map<string, string>();
  readonly #tester: StoreTester;
  readonly #clerk: RecordedClerk;

  /** `keys` keys, `"0"`, `"1"` and so on, that are empty. */
  constructor(tester: StoreTester, keys: number) {
    this.#tester = tester;
    this.#clerk = tester.clerk();
    for (let key = 0; key < keys; key++) this.#wanted.set(String(key), "");
  }

  /** The keys. */
  get keys(): string[] {
    return [...this.#wanted.keys()];
  }

  /** Puts a value of `length` characters into each key. */
  async fill(length: number): Promise<void> {
    for (const key of this.keys) {
      const value = this.#text(length);
      await this.#clerk.put(key, value);
      this.#wanted.set(key, value);
    }
  }

  /** Reads every key and, if asked to, adds to it. */
  async check(appended = 0): Promise<void> {
    for (const [key, wanted] of this.#wanted) {
      const value = await this.#clerk.get(key);
      demand(value === wanted, `get("${key}") gave ${short(value)} instead of ${short(wanted)}`);
      if (appended === 0) continue;
      const more = this.#text(appended);
      await this.#clerk.append(key, more);
      this.#wanted.set(key, wanted + more);
    }
  }

  /** One clerk for each key that appends again and again until the work is stopped. */
  work(pauseMs: number, length = 5): Shift {
    const goOn = { is: true };
    const work = async (key: string) => {
      const clerk = this.#tester.clerk();
      while (goOn.is) {
        const more = this.#text(length);
        await clerk.append(key, more);
        this.#wanted.set(key, this.#wanted.get(key) + more);
        await this.#tester.sleep(pauseMs);
      }
    };
    const working = Promise.all(this.keys.map(work));
    return {
      async stop() {
        goOn.is = false;
        await working;
      },
    };
  }

  #text(length: number): string {
    const random = this.#tester.fleet.world.random(`text ${this.#drawn++}`);
    return Array.from({ length }, () => "abcdefghijklmnopqrstuvwxyz"[random.below(26)]).join("");
  }

  #drawn = 0;
}

/** Clerks at work. */
export interface Shift {
  /** Begins nothing more, and waits for what is under way. */
  stop(): Promise<void>;
}

function short(value: string): string {
  return value.length <= 60 ? `"${value}"` : `"${value.slice(0, 30)}..." of ${value.length} characters`;
}
