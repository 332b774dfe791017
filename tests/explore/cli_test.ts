import { assertEquals, assertStringIncludes } from "@std/assert";
import { parseArguments } from "./cli/arguments.ts";
import { main } from "./cli.ts";

async function run(...args: string[]): Promise<{ code: number; printed: string; complained: string }> {
  const printed: string[] = [];
  const complained: string[] = [];
  const code = await main(args, {
    print: (line) => printed.push(line),
    complain: (line) => complained.push(line),
    signal: new AbortController().signal,
  });
  return { code, printed: printed.join("\n"), complained: complained.join("\n") };
}

for (
  const [args, says] of [
    [["nowhere"], 'There is no scope "nowhere"; there are small, full,'],
    [["--what"], "There is no flag --what"],
    [["small", "--max-states"], "--max-states wants a whole number above 0, not nothing"],
    [["small", "--max-states", "-1"], "--max-states wants a whole number above 0, not -1"],
    [["--law", "gravity"], 'There is no law "gravity"; there are invariant,'],
    [["--show", "ghost"], 'There is no situation "ghost"; there are vote-granted,'],
    [["--without", "luck"], 'There is no reduction "luck"; there are renaming,'],
  ] as const
) {
  Deno.test(`explore ${args.join(" ")} is turned away with what there is instead, exit code 3`, async () => {
    const { code, complained } = await run(...args);
    assertEquals(code, 3);
    assertStringIncludes(complained, says);
  });
}

Deno.test("an exploration that may not look at enough states says so, exit code 2", async () => {
  const { code, printed } = await run("small", "--max-states", "50");
  assertEquals(code, 2);
  assertStringIncludes(printed, "nothing is proved");
});

Deno.test("a scope that never shows what it was asked for is exhausted in vain, exit code 2", async () => {
  const { code, complained } = await run("small", "--show", "amnesia", "--max-states", "1000000");
  assertEquals(code, 2);
  assertStringIncludes(complained, "never seen: a node lost its disk");
});

Deno.test("a rare situation is told, exit code 0", async () => {
  const { code, printed } = await run("small", "--show", "commit");
  assertEquals(code, 0);
  assertStringIncludes(printed, "Shown: an entry was committed.");
});

Deno.test("an exploration that is stopped by hand says so, exit code 2", async () => {
  const printed: string[] = [];
  const code = await main(["full"], {
    print: (line) => printed.push(line),
    complain: () => {},
    signal: AbortSignal.abort(),
  });
  assertEquals(code, 2);
  assertStringIncludes(printed.join("\n"), "Stopped by hand");
});

Deno.test("the help and the list name every scope", async () => {
  for (const flag of ["--help", "--list"]) {
    const { code, printed } = await run(flag);
    assertEquals(code, 0);
    assertStringIncludes(printed, "figure8");
  }
});

Deno.test("without a name the full scope is explored, with every law and every reduction", () => {
  const command = parseArguments([]);
  assertEquals(command.kind === "explore" && command.scopes.map(({ name }) => name), ["full"]);
});
