import { assert, assertEquals } from "@std/assert";
import {
  checkOperations,
  type KvInput,
  kvModel,
  type KvOutput,
  type Operation,
  type RegisterInput,
  type RegisterOutput,
  type VersionedKvInput,
  versionedKvModel,
  type VersionedKvOutput,
} from "../../porcupine/mod.ts";
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

Deno.test("of a register whose values repeat, of which its kind can tell nothing, a core is small and minimal, too", () => {
  const { ok } = simulate(specOf({ reads: 1 / 3, cas: 1 / 3, values: 4, clients: 5, ops: 85, seed: 3078 }));
  // Read long ago, and not since.
  const history = ok.map((record, i) => registerOperation(i === 83 ? { ...record, o: 2 } : record));
  const verdict = checkOperations(registerModel(), history);
  assert(verdict.kind === "illegal");
  assertEquals(verdict.firstImpossible, 83);
  assert(verdict.coreIsMinimal && verdict.coreStandsAlone, "it is minimal, and stands alone");
  assert(verdict.core.length <= 20, `a core of ${verdict.core.length}`);
});

Deno.test("what a register's kind has to say of a core is said, though the core was found without it", () => {
  const done = (
    input: RegisterInput,
    output: RegisterOutput,
    at: number,
  ): Operation<RegisterInput, RegisterOutput> => ({
    client: 1,
    callAt: at,
    input,
    outcome: { status: "ok", returnAt: at + 1, output },
  });
  const verdict = checkOperations(registerModel(), [
    done({ f: "write", value: 7 }, { f: "write" }, 0),
    done({ f: "write", value: 7 }, { f: "write" }, 2),
    done({ f: "write", value: 3 }, { f: "write" }, 4),
    done({ f: "cas", from: 3, to: 1 }, { f: "cas", swapped: true }, 6),
    done({ f: "read" }, { f: "read", value: 3 }, 8),
  ]);
  assert(verdict.kind === "illegal");
  assert(verdict.sentence.includes("real time"), verdict.sentence);
});

/** One client appends 300 tokens to a text, another reads it each time; `told` is what it is told. */
function appendsAndReads(told: (text: string, turn: number) => string): Operation<KvInput, KvOutput>[] {
  const key = "k";
  const operations: Operation<KvInput, KvOutput>[] = [];
  let text = "";
  for (let turn = 0; turn < 300; turn++) {
    const value = `${turn} `;
    text += value;
    operations.push({
      client: "ann",
      callAt: 4 * turn,
      input: { f: "append", key, value },
      outcome: { status: "ok", returnAt: 4 * turn + 1, output: { f: "append" } },
    }, {
      client: "bob",
      callAt: 4 * turn + 2,
      input: { f: "get", key },
      outcome: { status: "ok", returnAt: 4 * turn + 3, output: { f: "get", value: told(text, turn) } },
    });
  }
  return operations;
}

/** How often a check asks what an operation means, and what it says. */
function asked(operations: readonly Operation<KvInput, KvOutput>[], explain: "full" | "verdict") {
  let times = 0;
  const model = kvModel();
  const { kind } = model;
  assert(kind?.type === "text");
  const view: typeof kind.view = (input, answer) => {
    times++;
    return kind.view(input, answer);
  };
  const verdict = checkOperations({ ...model, kind: { ...kind, view } }, operations, { explain });
  assert(verdict.kind === "illegal");
  return { times, verdict };
}

Deno.test("a text with what nobody appended, which all later texts continue, is found to be the first in few questions", () => {
  // Of whatever is asked about, the last text is the suspect: each question would take away one answer.
  const operations = appendsAndReads((text, turn) => turn < 20 ? text : text.replace("20 ", "20 never "));
  const { times, verdict } = asked(operations, "full");
  assertEquals(verdict.firstImpossible, 41);
  assertEquals(verdict.core, [41]);
  assert(times < 40 * operations.length, `asked ${times / operations.length} times of each operation`);
});

Deno.test("where texts part, the first that does is suspected, however many do later", () => {
  const operations = appendsAndReads((text, turn) => turn === 20 ? text.replace("18 19 ", "19 18 ") : text);
  assertEquals(asked(operations, "verdict").verdict.firstImpossible, 41);
  const { times, verdict } = asked(operations, "full");
  // After the read of turn 19 the one of turn 20 cannot be.
  assertEquals(verdict.firstImpossible, 41);
  assertEquals(verdict.core, [39, 41]);
  assert(times < 5 * operations.length, `asked ${times / operations.length} times of each operation`);
});

Deno.test("of texts with what is appended only later the first is suspected, and by itself", () => {
  const operations = appendsAndReads((text, turn) => turn < 20 ? text : `${text}${turn + 1} `);
  const { times, verdict } = asked(operations, "full");
  assertEquals(verdict.firstImpossible, 41);
  assertEquals(verdict.core, [41]);
  assert(times < 5 * operations.length, `asked ${times / operations.length} times of each operation`);
});

Deno.test("of hundreds of stale answers about one version the first impossible one is found in few questions", () => {
  const at = (turn: number) => ({ callAt: 2 * turn, returnAt: 2 * turn + 1 });
  const put = (turn: number, version: number): Operation<VersionedKvInput, VersionedKvOutput> => ({
    client: "ann",
    callAt: at(turn).callAt,
    input: { f: "put", key: "k", value: `${version}`, version },
    outcome: { status: "ok", returnAt: at(turn).returnAt, output: { f: "put", result: "ok" } },
  });
  const get = (turn: number, version: number): Operation<VersionedKvInput, VersionedKvOutput> => ({
    client: "bob",
    callAt: at(turn).callAt,
    input: { f: "get", key: "k" },
    outcome: {
      status: "ok",
      returnAt: at(turn).returnAt,
      output: { f: "get", value: `${version - 1}`, version },
    },
  });
  const operations = [put(0, 0), put(1, 1)];
  for (let turn = 2; turn < 400; turn++) operations.push(get(turn, turn < 100 ? 2 : 1));
  let times = 0;
  const model = versionedKvModel();
  const { kind } = model;
  assert(kind?.type === "versioned");
  const view: typeof kind.view = (input, answer) => {
    times++;
    return kind.view(input, answer);
  };
  const verdict = checkOperations({ ...model, kind: { ...kind, view } }, operations);
  assert(verdict.kind === "illegal");
  assertEquals(verdict.firstImpossible, 100);
  assert(times < 20 * operations.length, `asked ${times / operations.length} times of each operation`);
});

Deno.test("where a value was read that only a swap could have brought about which failed, both are the core at once", () => {
  const operation = (
    turn: number,
    input: RegisterInput,
    output: RegisterOutput,
  ): Operation<RegisterInput, RegisterOutput> => ({
    client: "ann",
    callAt: 2 * turn,
    input,
    outcome: { status: "ok", returnAt: 2 * turn + 1, output },
  });
  const operations = [operation(0, { f: "write", value: "first" }, { f: "write" })];
  for (let turn = 1; turn < 400; turn++) {
    operations.push(
      turn === 2
        ? operation(turn, { f: "cas", from: "first", to: "swapped" }, { f: "cas", swapped: false })
        : operation(turn, { f: "write", value: turn }, { f: "write" }),
    );
  }
  operations.push(operation(400, { f: "read" }, { f: "read", value: "swapped" }));
  let times = 0;
  const model = registerModel();
  const { kind } = model;
  assert(kind?.type === "register");
  const view: typeof kind.view = (input, answer) => {
    times++;
    return kind.view(input, answer);
  };
  const verdict = checkOperations({ ...model, kind: { ...kind, view } }, operations);
  assert(verdict.kind === "illegal" && verdict.coreIsMinimal);
  assertEquals(verdict.core, [2, 400]);
  assert(times < 14 * operations.length, `asked ${times / operations.length} times of each operation`);
});
