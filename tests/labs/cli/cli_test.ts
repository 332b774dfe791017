import { assert, assertEquals } from "@std/assert";

/** Runs `deno task lab` in a process of its own. */
async function lab(...args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--quiet", `${import.meta.dirname}/../cli.ts`, ...args],
    cwd: `${import.meta.dirname}/../../..`,
  }).output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
}

Deno.test("deno task lab runs a test many times in workers, prints a table and exits with 0", async () => {
  const { code, out, err } = await lab("3a", "--test", "TestReElection3A", "--runs", "3", "--seed", "5");
  assertEquals([code, err], [0, ""]);
  assert(out.includes("Lab 3A with seeds 5 to 7"), out);
  assert(/^TestReElection3A +3 +3 +\d+\.\d +\d+\.\d\d$/m.test(out), out);
  assert(out.endsWith("passed\n"), out);
});

Deno.test("deno task lab --json with an implementation that fails gives one object, and exits with 1", async () => {
  const file = "tests/labs/example/forgetful_raft.ts";
  const { code, out } = await lab("3C", "--impl", file, "--test", "TestPersist13C", "--json");
  assertEquals(code, 1);
  const { passed, tests } = JSON.parse(out);
  assertEquals(passed, false);
  assertEquals(tests.map((one: { name: string }) => one.name), [
    "TestPersist13C@2024",
    "TestPersist13C@2025",
  ]);
  const { seed, message } = tests[0].failures[0];
  assertEquals(seed, 1);
  assert(
    message.includes(`again: deno task lab 3C --impl ${file} --test TestPersist13C@2024 --seed 1`),
    message,
  );
});

Deno.test("deno task lab --log shows the last events of a run that fails", async () => {
  const file = "tests/labs/example/election_only_raft.ts";
  const { code, out } = await lab("3B", "--impl", file, "--test", "TestBasicAgree3B", "--log");
  assertEquals(code, 1);
  assert(/^ +\d\.\d{6} deliver .*heartbeat #\d+ answered$/m.test(out), out);
});

for (
  const [args, words] of [
    [[], "name a part"],
    [["7"], "Cannot run lab 7"],
    [["3A", "--runs", "0"], "Cannot use --runs 0"],
    [["3A", "--seed"], "Cannot read --seed: it needs a value"],
    [["3A", "--fast"], "Cannot read --fast"],
    [["3A", "--test", "TestBackup3B"], "Cannot find the test TestBackup3B"],
    [["3A", "--impl", "no_such_file.ts"], "Cannot find the file no_such_file.ts"],
    [["3A", "--impl", "tests/labs/failure.ts"], "it exports no function makeRaft"],
  ] as const
) {
  Deno.test(`deno task lab ${args.join(" ")} is a mistake: exit code 2, and a message that says what to do`, async () => {
    const { code, out, err } = await lab(...args);
    assertEquals([code, out], [2, ""]);
    assert(err.includes(words), err);
  });
}

Deno.test("deno task lab --help lists every part", async () => {
  const { code, out } = await lab("--help");
  assertEquals(code, 0);
  for (const part of ["3A", "3B", "3C", "3D"]) assert(out.includes(`  ${part} `), out);
});
