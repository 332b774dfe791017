import { assertEquals, assertThrows } from "@std/assert";
import { BenchUsageError, parse } from "./command.ts";

Deno.test("the bench's command line: what is said counts, what is not said has its default, the folder may come from outside", () => {
  const command = parse(["--only", "cas5", "--only", "kv", "--runs", "3", "--cpu"], "histories");
  assertEquals(
    command === "help"
      ? command
      : [command.only, command.runs, command.clock, command.data, command.generated],
    [["cas5", "kv"], 3, "cpu", "histories", false],
  );
  assertEquals(parse(["--help"], undefined), "help");
});

for (const args of [["--what"], ["something"], ["--runs", "0"], ["--time", "soon"]]) {
  Deno.test(`bench:porcupine ${args.join(" ")} is turned away before anything is measured`, () => {
    assertThrows(() => parse(args, undefined), BenchUsageError, args.at(-1));
  });
}
