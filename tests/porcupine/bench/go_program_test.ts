import { assertEquals, assertRejects } from "@std/assert";
import { type Family, specOf } from "../generate.ts";
import { GoProgramError, measureGo } from "./go_program.ts";

const UNIQUE: Family = {
  name: "register-uniq-c5-1k",
  spec: specOf({ model: "register", clients: 2, ops: 20 }),
};
const HOPELESS: Family = { ...UNIQUE, name: "register-uniq-c20-1k" };

/** A program in place of the Go one: it says the same of whatever file it is given, if that is there. */
async function withProgram(answer: string, use: (program: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  const program = `${folder}/program`;
  try {
    await Deno.writeTextFile(program, `#!/bin/sh\ntest -s "$1" && echo '${answer}'\n`, { mode: 0o755 });
    await use(program);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("the Go program's figures take the place of those on record; what Go has given up on is not tried again", async () => {
  await withProgram('{"verdict":"unknown","ms":10001,"peakMb":50}', async (program) => {
    const took = { ms: 10001, peakMb: 50 };
    assertEquals(await measureGo(program, [UNIQUE, HOPELESS]), {
      [UNIQUE.name]: [took, took],
      [HOPELESS.name]: ["gaveUp", "gaveUp"],
    });
  });
});

Deno.test("a Go program that calls a linearizable history illegal, or prints nothing, or is not there, is said to be so", async () => {
  await withProgram('{"verdict":"illegal","ms":1,"peakMb":1}', async (program) => {
    await assertRejects(() => measureGo(program, [UNIQUE]), GoProgramError, "it was made ok");
  });
  await withProgram("sorry", async (program) => {
    await assertRejects(() => measureGo(program, [UNIQUE]), GoProgramError, 'printed "sorry"');
  });
  await assertRejects(() => measureGo("/nowhere/at/all", [UNIQUE]), GoProgramError, "Cannot run");
});
