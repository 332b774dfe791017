import { assert, assertEquals } from "@std/assert";
import { checkOperations } from "../../porcupine/mod.ts";
import { registerModel } from "../../porcupine/models/register.ts";
import { forSeeds, plain } from "./fuzz/compare.ts";
import { HINTED, PLAIN } from "./fuzz/subjects.ts";
import { simulate, specOf } from "./generate.ts";
import { registerOperation } from "./generate/operations.ts";

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

Deno.test("of an object with few states an answer that none of them allows is a core by itself, whatever went before", () => {
  const spec = specOf({ clients: 5, ops: 1000, seed: 7, reads: 1 / 3, cas: 1 / 3, values: 5 });
  // What was read was never written, among a thousand operations that may all have taken effect or not.
  const { bad, wrong } = simulate(spec);
  assert(bad !== undefined);
  const verdict = checkOperations(plain(registerModel()), bad.map(registerOperation));
  assert(verdict.kind === "illegal");
  assertEquals(verdict.core, [wrong]);
  assert(verdict.coreIsMinimal);
  assertEquals(verdict.firstImpossible, wrong);
});
