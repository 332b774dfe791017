/**
 * Clients that read, replace and append without a pause, for as long as they are let.
 * @module
 */

import type { Clerk } from "../../kv/mod.ts";
import type { KvInput, KvOutput } from "../../porcupine/mod.ts";
import type { Random } from "../../runtime/mod.ts";
import type { Recorder } from "./recorder.ts";

/** What a client does. */
export interface ClientOptions {
  readonly name: string;
  readonly clerk: Clerk;
  readonly random: Random;
  readonly keys: number;
  readonly timeoutMs: number;
  /** Asked before every operation. */
  readonly goOn: () => boolean;
  /** Waits between two operations. */
  readonly pause: () => Promise<void>;
}

/** Runs one client to its end. Values are unique, so that a read tells which writes it saw. */
export async function runClient(recorder: Recorder<KvInput, KvOutput>, client: ClientOptions): Promise<void> {
  const { name, clerk, random, timeoutMs } = client;
  for (let number = 1; client.goOn(); number++) {
    const key = `k${random.below(client.keys)}`;
    const value = `[${name}.${number}]`;
    const draw = random.next();
    if (draw < 0.4) {
      await recorder.call(name, { f: "get", key }, () => readKey(clerk, key, timeoutMs));
    } else if (draw < 0.5) {
      await recorder.call(name, { f: "put", key, value }, async () => {
        await clerk.put(key, value, { timeoutMs });
        return { f: "put" };
      });
    } else {
      await recorder.call(name, { f: "append", key, value }, async () => {
        await clerk.append(key, value, { timeoutMs });
        return { f: "append" };
      });
    }
    await client.pause();
  }
}

/** A get as the model sees it: a key never written is the empty string. */
export async function readKey(clerk: Clerk, key: string, timeoutMs: number): Promise<KvOutput> {
  return { f: "get", value: await clerk.get(key, { timeoutMs }) ?? "" };
}
