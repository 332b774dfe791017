import { assert, assertEquals, assertThrows } from "@std/assert";
import { BadInputError, Store } from "../../kv/mod.ts";
import { seededRandom } from "../../runtime/mod.ts";
import type { Random } from "../../runtime/mod.ts";
import { decodeResults, decodeTransactions, encodeTransactions } from "../../kv/store/step_codec.ts";
import type { Step, StepResult, Transaction } from "../../kv/store/steps.ts";
import { onlyLooks } from "../../kv/store/steps.ts";
import { seedsFrom } from "../wal/seeds.ts";

const KEYS = ["a", "b", "ab", "é"];

interface Kept {
  value: string;
  endsMs: number;
}

/** The steps once more, as slowly and plainly as can be. */
class Model {
  keys = new Map<string, Kept>();

  run(step: Step, nowMs: number): StepResult {
    const kept = "key" in step ? this.keys.get(step.key) : undefined;
    const integer = (value: number | bigint): StepResult => ({ kind: "integer", value });
    switch (step.op) {
      case "get":
        return kept === undefined ? { kind: "nothing" } : { kind: "text", value: kept.value };
      case "getAll":
        return { kind: "list", values: step.keys.map((key) => this.keys.get(key)?.value ?? null) };
      case "count":
        return integer(step.keys.filter((key) => this.keys.has(key)).length);
      case "length":
        return integer(new TextEncoder().encode(kept?.value ?? "").length);
      case "size":
        return integer(this.keys.size);
      case "keys": {
        const found = [...this.keys.keys()].sort().filter((key) =>
          key.startsWith(step.prefix) && key > step.after
        );
        return { kind: "keys", keys: found.slice(0, step.limit), more: found.length > step.limit };
      }
      case "revisionOf":
        return integer(-1);
      case "remaining":
        return integer(kept === undefined ? -2 : kept.endsMs === Infinity ? -1 : kept.endsMs - nowMs);
      case "set": {
        const holds = step.when === "always" || (step.when === "present") === (kept !== undefined);
        const { expiry } = step;
        const endsMs = expiry.kind === "keep"
          ? kept?.endsMs ?? Infinity
          : expiry.kind === "none"
          ? Infinity
          : nowMs + expiry.ms;
        if (holds) this.keys.set(step.key, { value: step.value, endsMs });
        if (step.previous) {
          return kept === undefined ? { kind: "nothing" } : { kind: "text", value: kept.value };
        }
        return { kind: holds ? "done" : "nothing" };
      }
      case "setAll":
        for (const [key, value] of step.pairs) this.keys.set(key, { value, endsMs: Infinity });
        return { kind: "done" };
      case "append": {
        const value = (kept?.value ?? "") + step.value;
        this.keys.set(step.key, { value, endsMs: kept?.endsMs ?? Infinity });
        return integer(new TextEncoder().encode(value).length);
      }
      case "remove":
        return integer(step.keys.filter((key) => this.keys.delete(key)).length);
      case "add": {
        const text = kept?.value ?? "0";
        if (!/^(0|-?[1-9]\d*)$/.test(text) || `${BigInt.asIntN(64, BigInt(text))}` !== text) {
          return { kind: "failed", why: "notANumber" };
        }
        const sum = BigInt(kept?.value ?? "0") + step.by;
        if (sum !== BigInt.asIntN(64, sum)) return { kind: "failed", why: "overflow" };
        this.keys.set(step.key, { value: `${sum}`, endsMs: kept?.endsMs ?? Infinity });
        return integer(sum);
      }
      case "expire":
        if (kept === undefined) return integer(0);
        if (step.afterMs === 0) this.keys.delete(step.key);
        else kept.endsMs = nowMs + step.afterMs;
        return integer(1);
      case "persist": {
        const stays = kept === undefined || kept.endsMs === Infinity;
        if (!stays) kept.endsMs = Infinity;
        return integer(stays ? 0 : 1);
      }
    }
  }

  elapse(nowMs: number): void {
    for (const [key, { endsMs }] of this.keys) if (endsMs < nowMs) this.keys.delete(key);
  }
}

function drawStep(random: Random): Step {
  const key = KEYS[random.below(KEYS.length)];
  const keys = [key, KEYS[random.below(KEYS.length)]];
  const value = ["", "1", "-7", "x", "é€😀", "9223372036854775806"][random.below(6)];
  switch (random.below(16)) {
    case 0:
      return { op: "get", key };
    case 1:
      return { op: "getAll", keys };
    case 2:
      return { op: "count", keys };
    case 3:
      return { op: "length", key };
    case 4:
      return { op: "size" };
    case 5:
      return {
        op: "keys",
        prefix: ["", "a"][random.below(2)],
        after: ["", "a"][random.below(2)],
        limit: 1 + random.below(3),
      };
    case 6:
      return { op: "remaining", key };
    case 7:
      return { op: "setAll", pairs: keys.map((one) => [one, value]) };
    case 8:
      return { op: "append", key, value };
    case 9:
      return { op: "remove", keys };
    case 10:
      return { op: "add", key, by: [1n, -1n, 2n ** 62n, -(2n ** 63n)][random.below(4)] };
    case 11:
      return { op: "expire", key, afterMs: random.below(3) * 40 };
    case 12:
      return { op: "persist", key };
    default: {
      const when = (["always", "absent", "present"] as const)[random.below(3)];
      const expiry =
        ([{ kind: "none" }, { kind: "keep" }, { kind: "after", ms: 1 + random.below(60) }] as const)[
          random.below(3)
        ];
      return { op: "set", key, value, when, expiry, previous: random.below(2) === 0 };
    }
  }
}

/** Integers travel as text: small ones come back as the same number in another type. */
function plain(results: readonly StepResult[]): unknown {
  return results.map((one) => one.kind === "integer" ? { ...one, value: `${one.value}` } : one);
}

for (const seed of seedsFrom(Deno.args, 5)) {
  Deno.test(`3000 random steps do to a store what they do to a plain model, across restores (seed ${seed})`, () => {
    const random = seededRandom(seed).split("steps");
    const model = new Model();
    let store = new Store();
    let nowMs = 0;
    for (let index = 1; index <= 1000; index++) {
      nowMs += random.below(20);
      if (store.dueMs <= nowMs) store.elapse({ index, timeMs: nowMs });
      model.elapse(nowMs);
      const transactions: Transaction[] = Array.from({ length: 1 + random.below(2) }, () => ({
        guards: [],
        steps: Array.from({ length: 1 + random.below(3) }, () => drawStep(random)),
      }));
      const wanted = transactions.map(({ steps }) => steps.map((step) => model.run(step, nowMs)));
      const command = encodeTransactions(transactions);
      store.check(command);
      assertEquals(decodeTransactions(command), transactions);
      const results = decodeResults(store.apply(command, { index, timeMs: nowMs }));
      results.forEach((result, at) => {
        assert(result.kind === "done");
        assertEquals(
          plain(result.results),
          plain(wanted[at]),
          JSON.stringify(transactions[at].steps, (_, v) => typeof v === "bigint" ? `${v}` : v),
        );
      });
      if (random.below(20) === 0) {
        const copy = new Store();
        copy.restore(store.snapshot());
        assertEquals(copy.snapshot(), store.snapshot());
        store = copy;
      }
      const looks = transactions.flatMap(({ steps }) => steps.filter((step) => onlyLooks(step)));
      const asked = decodeResults(store.query(encodeTransactions([{ guards: [], steps: looks }])));
      assert(asked[0].kind === "done");
      assertEquals(plain(asked[0].results), plain(looks.map((step) => model.run(step, nowMs))));
    }
  });
}

function run(store: Store, index: number, ...transactions: Transaction[]) {
  return decodeResults(store.apply(encodeTransactions(transactions), { index, timeMs: 0 }));
}

const PUT = { when: "always", expiry: { kind: "none" }, previous: false } as const;

Deno.test("a transaction changes everything in one revision, or nothing if a guard was written since", () => {
  const store = new Store();
  run(store, 1, {
    guards: [],
    steps: [{ op: "set", key: "a", value: "1", ...PUT }, { op: "set", key: "b", value: "1", ...PUT }],
  });
  assertEquals(store.revision, 1);
  const add = { op: "add", key: "a", by: 1n } as const;
  const guarded = { guards: [{ key: "a", revision: 1 }], steps: [add] };
  // The second of two that travel together finds what the first has done.
  assertEquals(run(store, 2, guarded, guarded), [
    { kind: "done", results: [{ kind: "integer", value: 2n }] },
    { kind: "guardFailed" },
  ]);
  assertEquals(run(store, 3, { guards: [{ key: "z", revision: 0 }], steps: [add] })[0].kind, "done");
  assertEquals(store.revision, 3);
});

Deno.test("a key that is written with a time to live a thousand times leaves no leases behind", () => {
  const store = new Store();
  const set = { op: "set", key: "a", value: "1", ...PUT, expiry: { kind: "after", ms: 1000 } } as const;
  run(store, 1, { guards: [], steps: [set] });
  const size = store.snapshot().length;
  for (let index = 2; index < 1000; index++) run(store, index, { guards: [], steps: [set, set] });
  assert(store.snapshot().length < size + 20_000, "the history of events may grow, leases may not");
  run(store, 1000, { guards: [], steps: [{ op: "persist", key: "a" }] });
  assertEquals(store.dueMs, Infinity);
});

Deno.test("a step that would make a value of more than 8 MiB changes nothing", () => {
  const store = new Store();
  const append = (value: string): Transaction => ({ guards: [], steps: [{ op: "append", key: "a", value }] });
  const value = "\u00e9".repeat(4 << 20);
  assertEquals(run(store, 1, append(value)), [
    { kind: "done", results: [{ kind: "integer", value: 8388608n }] },
  ]);
  const [tooLong] = run(store, 2, append("!"));
  assert(tooLong.kind === "done" && tooLong.results[0].kind === "failed");
  assertEquals(tooLong.results[0].why, "tooLong");
  assertEquals(store.look([{ op: "length", key: "a" }]), [{ kind: "integer", value: 8 << 20 }]);
});

const LONG_KEY = "k".repeat(4097);

for (
  const [what, step] of [
    ["a key that is too long", { op: "get", key: LONG_KEY }],
    ["a key to append to that is too long", { op: "append", key: LONG_KEY, value: "" }],
    ["a key to write that is too long", { op: "set", key: LONG_KEY, value: "", ...PUT }],
    ["a key to end that is too long", { op: "expire", key: LONG_KEY, afterMs: 1 }],
    ["a key among several that is too long", { op: "setAll", pairs: [["a", ""], [LONG_KEY, ""]] }],
    ["a value among several that is too long", { op: "setAll", pairs: [["a", "v".repeat((8 << 20) + 1)]] }],
    ["half a surrogate pair", { op: "append", key: "a", value: "\ud800" }],
    ["a time to live of 0", { op: "set", key: "a", value: "", ...PUT, expiry: { kind: "after", ms: 0 } }],
    ["too many keys", { op: "remove", keys: Array(1001).fill("a") }],
    ["a page without end", { op: "keys", prefix: "", after: "", limit: 1e9 }],
  ] as const
) {
  Deno.test(`a step with ${what} is refused at the door`, () => {
    let bytes: Uint8Array;
    try {
      bytes = encodeTransactions([{ guards: [], steps: [step] }]);
    } catch {
      return; // It cannot even be written down.
    }
    assertThrows(() => new Store().check(bytes), BadInputError);
  });
}

Deno.test("a step that writes is no question", () => {
  const question = encodeTransactions([{ guards: [], steps: [{ op: "remove", keys: ["a"] }] }]);
  assertThrows(() => new Store().query(question), BadInputError, "submit it");
});

Deno.test("bytes that are no transactions are refused, whatever they are", () => {
  const random = seededRandom(7).split("bytes");
  const good = encodeTransactions([{
    guards: [{ key: "a", revision: 3 }],
    steps: [{ op: "set", key: "k", value: "v", ...PUT }, { op: "size" }],
  }]);
  for (let at = 0; at < 3000; at++) {
    const bytes = good.slice(0, 1 + random.below(good.length));
    bytes[1 + random.below(Math.max(1, bytes.length - 1))] = random.below(256);
    bytes[0] = good[0];
    try {
      new Store().check(bytes);
    } catch (error) {
      assert(error instanceof BadInputError, `${error}`);
    }
  }
});
