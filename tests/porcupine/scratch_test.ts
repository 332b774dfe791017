import { assertEquals, assertNotStrictEquals, assertStrictEquals } from "@std/assert";
import { checkOperations, type Model, type Operation, registerModel } from "../../porcupine/mod.ts";
import type { RegisterInput, RegisterOutput, RegisterValue } from "../../porcupine/mod.ts";
import { Scratch } from "../../porcupine/scratch.ts";
import { simulate, specOf } from "./generate.ts";
import { registerOperation } from "./generate/operations.ts";

type History = readonly Operation<RegisterInput, RegisterOutput>[];

Deno.test("What a scratch cuts out is all zeros, whatever was left there before", () => {
  const first = new Scratch();
  for (let i = 0; i < 3; i++) first.int32(1000).fill(-1);
  first.giveBack();
  const second = new Scratch();
  for (const length of [1, 3, 999, 2000]) {
    assertEquals(second.int32(length), new Int32Array(length));
    assertEquals(second.uint8(length), new Uint8Array(length));
    assertEquals(second.float64(length), new Float64Array(length));
  }
});

Deno.test("Arrays of one scratch do not overlap, however much is cut out", () => {
  const scratch = new Scratch();
  const arrays = Array.from({ length: 300 }, (_, i) => scratch.int32(i * 7 % 2000).fill(i));
  arrays.push(scratch.int32(100_000).fill(300));
  for (const [i, array] of arrays.entries()) {
    assertEquals(array.every((number) => number === i), true, `${i}`);
  }
});

Deno.test("Two scratches at once never hold the same memory, and the second of two in a row may", () => {
  new Scratch().giveBack();
  const outer = new Scratch();
  const mine = outer.int32(10);
  const inner = new Scratch();
  const other = inner.int32(10);
  assertNotStrictEquals(mine.buffer, other.buffer);
  inner.giveBack();
  outer.giveBack();
  const next = new Scratch();
  assertStrictEquals(next.int32(10).buffer, mine.buffer);
});

Deno.test("After going back to a mark what is older stays, in the same piece or in one begun since", () => {
  for (const size of [10, 1 << 15]) {
    const scratch = new Scratch();
    const old = scratch.int32(10).fill(7);
    const mark = scratch.mark();
    for (let i = 0; i < 8; i++) scratch.int32(size).fill(9);
    scratch.backTo(mark);
    for (let i = 0; i < 20; i++) scratch.int32(size).fill(8);
    assertEquals(old, new Int32Array(10).fill(7));
  }
});

/** A register whose view judges a history of its own each time it is asked. */
function curious(inner: () => void): Model<RegisterValue, RegisterInput, RegisterOutput> {
  const model = registerModel();
  const { kind } = model;
  if (kind?.type !== "register") throw new TypeError("a register is a register");
  return {
    ...model,
    kind: {
      ...kind,
      view: (input, answer) => {
        inner();
        return kind.view(input, answer);
      },
    },
  };
}

function historyOf(seed: number, values: number): History {
  return simulate(specOf({ clients: 4, ops: 60, cas: 0.3, reads: 0.4, values, seed })).ok.map(
    registerOperation,
  );
}

Deno.test("A check within a check, and one that throws, disturb no other", () => {
  for (const values of [0, 3]) {
    const history = historyOf(5, values);
    const expected = checkOperations(registerModel(), history);
    const inner = historyOf(6, values);
    const innerExpected = checkOperations(registerModel(), inner);
    const nested = curious(() => assertEquals(checkOperations(registerModel(), inner), innerExpected));
    assertEquals(checkOperations(nested, history), expected);
    let asked = 0;
    const broken = curious(() => {
      if (++asked === 30) throw new RangeError("enough");
    });
    try {
      checkOperations(broken, history);
    } catch (error) {
      assertEquals(error instanceof RangeError, true);
    }
    assertEquals(checkOperations(registerModel(), history), expected);
  }
});
