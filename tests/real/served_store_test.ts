import { assert, assertEquals } from "@std/assert";
import { setImmediate } from "node:timers";
import { servedStore } from "../../kv/cli/served_store.ts";
import { Store } from "../../kv/mod.ts";
import { ReplicatedState } from "../../kv/replicated_state.ts";
import { encodePlain } from "../../kv/envelope.ts";
import { encodeTransactions } from "../../kv/store/step_codec.ts";
import type { Step } from "../../kv/store/steps.ts";
import { seededRandom } from "../../runtime/mod.ts";

/** Writes, deletions and keys with a time to live, by chance. */
function commands(seed: number, count: number): Uint8Array[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => {
    const key = `key ${random.below(500)}`;
    const step: Step = random.below(5) === 0 ? { op: "remove", keys: [key] } : {
      op: "set",
      key,
      value: "é".repeat(random.below(300)),
      when: "always",
      expiry: random.below(4) === 0 ? { kind: "after", ms: 1000 } : { kind: "none" },
      previous: false,
    };
    return encodePlain(0, encodeTransactions([{ guards: [], steps: [step] }]));
  });
}

/** The whole state, however many pieces it comes in. */
async function wholeOf(state: ReplicatedState): Promise<Uint8Array> {
  const encoded = state.encode();
  if (encoded instanceof Uint8Array) return encoded;
  const parts: number[] = [];
  for await (const piece of encoded) for (const byte of piece) parts.push(byte);
  return new Uint8Array(parts);
}

for (const pieceBytes of [1, 1000, 1 << 20]) {
  Deno.test(`a snapshot in pieces of ${pieceBytes} bytes is the snapshot in one piece, and restores the same store (seeds 1 to 5)`, async () => {
    for (let seed = 1; seed <= 5; seed++) {
      const plain = new ReplicatedState(new Store());
      const served = new ReplicatedState(servedStore(new Store(), pieceBytes));
      let index = 0;
      for (const command of commands(seed, 400)) {
        index++;
        plain.apply(index, { term: 1, command });
        served.apply(index, { term: 1, command });
      }
      const whole = await wholeOf(plain);
      assertEquals(await wholeOf(served), whole, `seed ${seed}`);
      const again = new ReplicatedState(servedStore(new Store(), pieceBytes));
      await again.restore({ index, term: 1, data: whole });
      assertEquals([await wholeOf(again), again.applied], [whole, index], `seed ${seed}`);
    }
  });
}

Deno.test("while a snapshot of 5,000 keys is made in 100 pieces and more, the event loop turns between any two of them", async () => {
  const store = new Store();
  const steps: Step[] = Array.from({ length: 1000 }, (_, at) => ({
    op: "set",
    key: `key ${at}`,
    value: "v".repeat(500),
    when: "always",
    expiry: { kind: "none" },
    previous: false,
  }));
  for (let index = 1; index <= 5; index++) {
    const named = steps.map((step) => step.op === "set" ? { ...step, key: `${step.key} ${index}` } : step);
    store.apply(encodeTransactions([{ guards: [], steps: named }]), { index, timeMs: 0 });
  }
  let turns = 0;
  let over = false;
  const turn = () => {
    turns++;
    if (!over) setImmediate(turn);
  };
  setImmediate(turn);
  let pieces = 0;
  for await (const piece of servedStore(store, 20_000).snapshot()) {
    assert(piece.length > 0);
    pieces++;
  }
  over = true;
  await new Promise<void>((resolve) => void setImmediate(resolve));
  assert(pieces >= 100 && turns >= pieces, `${pieces} pieces, ${turns} turns`);
});
