import { assert, assertEquals } from "@std/assert";
import { checkOperations } from "../../porcupine/mod.ts";
import { registerModel } from "../../porcupine/models/register.ts";
import { forSeeds } from "./fuzz/compare.ts";
import { HINTED, PLAIN } from "./fuzz/subjects.ts";

for (const { name, certificate } of [...HINTED, ...PLAIN]) {
  Deno.test(`certificates hold: orders replay, cores are minimal, the first impossible answer is the first: ${name}`, () => {
    forSeeds(name, 40, certificate);
  });
}

Deno.test("a stale read is explained by the write it missed", () => {
  const write = (value: number, at: number) =>
    ({
      client: 1,
      callAt: at,
      input: { f: "write", value },
      outcome: { status: "ok", returnAt: at + 1, output: { f: "write" } },
    }) as const;
  const read = (value: number, at: number) =>
    ({
      client: 2,
      callAt: at,
      input: { f: "read" },
      outcome: { status: "ok", returnAt: at + 1, output: { f: "read", value } },
    }) as const;
  const verdict = checkOperations(registerModel(), [
    write(1, 0),
    read(1, 2),
    write(2, 4),
    read(2, 6),
    read(1, 8),
    read(2, 10),
  ]);
  assert(verdict.kind === "illegal");
  assertEquals(verdict.firstImpossible, 4);
  assert(verdict.core.length <= 3 && verdict.core.includes(4), `core ${verdict.core}`);
  assert(verdict.sentence.startsWith("Client 2's read() -> 1 is impossible"), verdict.sentence);
});
