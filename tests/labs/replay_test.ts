import { assert, assertEquals, assertThrows } from "@std/assert";
import { flotillaLab } from "./flotilla/flotilla_lab.ts";
import { goesBy } from "./lab.ts";
import { RAFT_PARTS } from "./raft/raft_lab.ts";
import { seedFrom } from "./register.ts";

Deno.test("the same seed gives the same run, event by event, and another seed another one, for a test of each part", async () => {
  for (const part of RAFT_PARTS) {
    const tests = flotillaLab().part(part).tests;
    const test = tests[tests.length - 1];
    const [first, second, third] = [
      await test.run({ seed: 3, record: false }),
      await test.run({ seed: 3, record: true }),
      await test.run({ seed: 4, record: false }),
    ];
    assertEquals(second, first, test.name);
    assert(third.hash !== first.hash, test.name);
  }
});

Deno.test("a storm that leaves nobody a majority for its whole length abates until something is committed (seed 880021)", async () => {
  const storm = flotillaLab().part("3C").tests.find(({ name }) => name === "StrictStorm3C");
  assert(storm !== undefined);
  const { commits } = await storm.run({ seed: 880021, record: false });
  assert(commits > 0);
});

Deno.test("every test of parts 3A to 3D has a name of its own that ends in its part, and a sentence", () => {
  const names = new Set<string>();
  for (const part of RAFT_PARTS) {
    for (const { name, sentence } of flotillaLab().part(part).tests) {
      assert(!names.has(name), name);
      names.add(name);
      assert(/^(Test|Strict)[A-Za-z0-9]+@?\d*$/.test(name) && name.split("@")[0].endsWith(part), name);
      assert(sentence.length > 20, name);
    }
  }
});

Deno.test("a test is found by its name, with or without the year, in capitals or not", () => {
  const [test] = flotillaLab().part("3C").tests;
  assertEquals(
    ["TestPersist13C", "testpersist13c@2024", "TestPersist13C@2025", "TestPersist"].map((name) =>
      goesBy(test, name)
    ),
    [true, true, false, false],
  );
});

Deno.test("the seed comes from the command line, 1 if none is named, and nonsense is refused", () => {
  assertEquals(seedFrom([]), 1);
  assertEquals(seedFrom(["--seed", "17"]), 17);
  assertEquals(seedFrom(["--other", "--seed=9007199254740991"]), 9007199254740991);
  for (const nonsense of [["--seed"], ["--seed", "x"], ["--seed=1.5"]]) {
    assertThrows(() => seedFrom(nonsense), Error, "Cannot use the seed");
  }
});
