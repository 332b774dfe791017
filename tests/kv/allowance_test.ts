import { assertEquals, assertThrows } from "@std/assert";
import { Store } from "../../kv/mod.ts";
import { Allowance, MAX_READ, TooMuchError } from "../../kv/store/allowance.ts";
import { decodeBatchResult, encodeStoreCommand } from "../../kv/store/command_codec.ts";
import { decodeResults, encodeTransactions } from "../../kv/store/step_codec.ts";
import type { Step, StepResult } from "../../kv/store/steps.ts";
import type { StoreCommand } from "../../kv/store/types.ts";

const LONG = "x".repeat(MAX_READ / 4 - 100);
const TOO_MUCH = { kind: "failed", why: "tooMuch" };
const PUT = { op: "set", key: "k", when: "always", expiry: { kind: "none" } } as const;

/** What steps come to in one transaction, texts by their length. */
function run(store: Store, steps: readonly Step[]): (StepResult | number)[] {
  const command = encodeTransactions([{ guards: [], steps }]);
  const [result] = decodeResults(store.apply(command, { index: 1, timeMs: 0 }));
  return result.kind === "done"
    ? result.results.map((one) => one.kind === "text" ? one.value.length : one)
    : [];
}

function holdingLong(): Store {
  const store = new Store();
  run(store, [{ ...PUT, value: LONG, previous: false }]);
  return store;
}

const READERS: readonly (readonly [Step, StepResult | number])[] = [
  [{ op: "get", key: "k" }, LONG.length],
  [{ ...PUT, value: LONG, previous: true }, LONG.length],
  [{ op: "append", key: "k", value: "!" }, { kind: "integer", value: BigInt(LONG.length + 1) }],
  [{ op: "expire", key: "k", afterMs: 1000 }, { kind: "integer", value: 1n }],
];

for (const [step, result] of READERS) {
  Deno.test(`of twenty steps (${step.op}) that each read a value of 8 MiB the first four are done, the others fail and change nothing; the next command is done again`, () => {
    const store = holdingLong();
    const results = run(store, [step, ...Array<Step>(18).fill({ op: "get", key: "k" }), step]);
    assertEquals(results.slice(0, 1), [result]);
    assertEquals(results.slice(1, 4), Array(3).fill(step.op === "append" ? LONG.length + 1 : LONG.length));
    assertEquals(results.slice(4), Array(16).fill(TOO_MUCH));
    assertEquals(run(store, [{ op: "length", key: "k" }]), [
      { kind: "integer", value: BigInt(LONG.length + (step.op === "append" ? 1 : 0)) },
    ]);
  });
}

Deno.test("a list of twenty values of 8 MiB is refused, as a step and as a look; a thousand short ones are told", () => {
  const store = holdingLong();
  run(store, [{ ...PUT, key: "short", value: "s", previous: false }]);
  const all = (key: string, count: number): Step => ({ op: "getAll", keys: Array(count).fill(key) });
  assertEquals([...run(store, [all("k", 20)]), ...store.look([all("k", 20)])], [TOO_MUCH, TOO_MUCH]);
  assertEquals(store.look([all("short", 1000)]), [{ kind: "list", values: Array(1000).fill("s") }]);
});

Deno.test("a batch of twenty appends to a value of 8 MiB changes nothing: every one would tell its watchers all of it", () => {
  const store = holdingLong();
  const before = store.revision;
  const command: StoreCommand = {
    op: "batch",
    conditions: [],
    writes: Array(20).fill({ op: "append", key: "k", value: "!" }),
  };
  const end = decodeBatchResult(store.apply(encodeStoreCommand(command), { index: 2, timeMs: 0 }));
  assertEquals([end, store.revision], [{ kind: "valueTooLong", at: 4 }, before]);
});

Deno.test("a transaction may read 32 Mi characters, the answers to one command may have 256 Mi, and each command begins anew", () => {
  const allowance = new Allowance();
  for (let command = 0; command < 2; command++) {
    allowance.beginCommand();
    for (let transaction = 0; transaction < 8; transaction++) {
      allowance.beginTransaction();
      for (const act of ["read", "tell"] as const) allowance[act](MAX_READ);
      assertThrows(() => allowance.read(1), TooMuchError);
      // Nothing can be told from how short a value is.
      assertThrows(() => allowance.read(0), TooMuchError);
    }
    assertThrows(() => allowance.tell(1), TooMuchError);
  }
});
