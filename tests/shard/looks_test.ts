import { assert, assertEquals } from "@std/assert";
import type { Step, StepResult } from "../../kv/store/steps.ts";
import { seededRandom } from "../../runtime/mod.ts";
import { cutLook } from "../../shard/looks.ts";
import { firstBytePlacement, hashPlacement, taggedPlacement } from "../../shard/mod.ts";
import { look, type Looked } from "../../kv/store/run_steps.ts";

/** A store that can be looked at. */
function holding(keys: readonly string[]): Looked {
  const sorted = [...keys].sort((left, right) => left < right ? -1 : 1);
  const entryOf = (key: string) => ({
    key,
    value: `of ${key}`,
    version: 1,
    revision: 7,
    createdAt: 1,
    lease: 0,
  });
  return {
    size: keys.length,
    entry: (key) => keys.includes(key) ? entryOf(key) : undefined,
    head: (key) => keys.includes(key) ? entryOf(key) : undefined,
    keysFrom: (first) => sorted.filter((key) => key >= first),
    tell: () => {},
  };
}

Deno.test("looks at one store cut into 5 shards and put together again come to the same as looks at the whole of it (300 random looks)", () => {
  const placement = hashPlacement(5);
  const random = seededRandom(6);
  const names = Array.from({ length: 40 }, (_, number) => `${"ab"[number % 2]}${number}`);
  for (let round = 0; round < 300; round++) {
    const there = names.filter(() => random.chance(0.5));
    const some = Array.from({ length: 1 + random.below(6) }, () => names[random.below(names.length)]);
    const steps: Step[] = [
      { op: "get", key: some[0] },
      { op: "getAll", keys: [...some, some[0]] },
      { op: "count", keys: [...some, some[0]] },
      { op: "size" },
      { op: "length", key: some[0] },
      { op: "revisionOf", key: some[0] },
      {
        op: "keys",
        prefix: ["", "a", "b1"][random.below(3)],
        after: ["", some[0]][random.below(2)],
        limit: 1 + random.below(9),
      },
    ];
    const step = steps[random.below(steps.length)];
    const cut = cutLook(step, placement);
    const answers = new Map<number, StepResult>();
    for (const [shard, part] of cut.parts) {
      const held = there.filter((key) => placement.shardOf(key) === shard);
      answers.set(shard, look(holding(held), part) ?? { kind: "nothing" });
    }
    assertEquals(cut.join(answers), look(holding(there), step), `${JSON.stringify(step)}`);
  }
});

Deno.test("what one of several shards could not tell is told as that, and not as keys that are missing", () => {
  const failed: StepResult = { kind: "failed", why: "tooMuch" };
  for (
    const step of [{ op: "getAll", keys: ["a", "b", "c", "d"] }, { op: "size" }, {
      op: "keys",
      prefix: "",
      after: "",
      limit: 9,
    }] as const
  ) {
    const { parts, join } = cutLook(step, hashPlacement(5));
    const answers = [...parts].map(([shard, part], at): [number, StepResult] => [
      shard,
      at === 1 ? failed : look(holding([]), part) ?? failed,
    ]);
    assertEquals(join(new Map(answers)), failed, step.op);
  }
});

Deno.test("of a key with a {tag} only the first tag that is not empty decides its shard, as in Redis Cluster", () => {
  const tagged = taggedPlacement(64);
  const whole = hashPlacement(64);
  for (const key of ["{user7}:name", "cart{user7}", "{user7}", "a{user7}{b}", "x{user7}}"]) {
    assertEquals(tagged.shardOf(key), whole.shardOf("user7"), key);
  }
  for (const key of ["plain", "", "{}tail", "{open", "close}{", "}x{"]) {
    assertEquals(tagged.shardOf(key), whole.shardOf(key), key);
  }
  const used = new Set(Array.from({ length: 1000 }, (_, number) => tagged.shardOf(`key ${number}`)));
  assert(used.size === 64, `${used.size} of 64 shards have one of 1,000 keys`);
  assertEquals(firstBytePlacement(10).shardOf("0"), 8);
});
