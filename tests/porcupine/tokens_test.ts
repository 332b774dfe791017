import { assert, assertEquals, assertThrows } from "@std/assert";
import { Budget, Expired } from "../../porcupine/budget.ts";
import { decideWritten } from "../../porcupine/fast/text.ts";
import { APPEND, GET, PUT, Tokens, type Written } from "../../porcupine/fast/tokens.ts";
import { orderHistory } from "../../porcupine/history.ts";
import { type KvInput, kvModel, type KvOutput, type Operation } from "../../porcupine/mod.ts";
import { type Part, partition } from "../../porcupine/parts.ts";
import { Scratch } from "../../porcupine/scratch.ts";

/** The same, and how often one of its elements was looked at. */
function counted(op: Uint8Array): { readonly op: Uint8Array; readonly looks: () => number } {
  let looks = 0;
  const watched = new Proxy(op, {
    get: (of, name) => {
      if (typeof name === "string" && /^\d+$/.test(name)) looks++;
      return Reflect.get(of, name, of);
    },
  });
  return { op: watched, looks: () => looks };
}

Deno.test("who put a token, and who appends it next, is found by one look at each operation, however often it is asked", () => {
  const length = 3000;
  const codes = Uint8Array.from({ length }, (_, k) => k % 10 === 9 ? APPEND : PUT);
  const { op, looks } = counted(codes);
  const tokens = Tokens.of(
    { op, value: Array.from(codes, (_, k) => k % 3 === 0 ? "a;" : "b;") },
    new Scratch(),
  );
  assert(tokens !== undefined && !tokens.unique);
  for (let asked = 0; asked < 100; asked++) {
    for (let token = 0; token < 2; token++) {
      const puts = tokens.putsOf(token);
      const same = [...codes.keys()].filter((k) => (k % 3 === 0) === (token === 0));
      assertEquals(puts, same.filter((k) => codes[k] === PUT));
      const at = same[7 * asked];
      assertEquals(tokens.appendFrom(at), same.find((k) => k >= at && codes[k] === APPEND) ?? -1);
    }
  }
  assert(looks() <= 5 * length, `${looks()} looks at ${length} operations`);
});

/** One letter that is put and read, or appended and read, by one client after the other; and what the partition is. */
function letters(count: number, f: "put" | "append"): { readonly written: Written; readonly part: Part } {
  const history: Operation<KvInput, KvOutput>[] = [];
  const value: string[] = [];
  let text = "";
  for (let i = 0; i < count; i++) {
    const isGet = i % 8 === 7;
    if (!isGet) text = f === "put" ? "a" : `${text}a`;
    value.push(isGet ? text : "a");
    history.push({
      client: `c${i}`,
      callAt: 3 * i,
      input: isGet ? { f: "get", key: "x" } : { f, key: "x", value: "a" },
      outcome: { status: "ok", returnAt: 3 * i + 4, output: isGet ? { f: "get", value: text } : { f } },
    });
  }
  const op = Uint8Array.from(value, (_, i) => i % 8 === 7 ? GET : f === "put" ? PUT : APPEND);
  return { written: { op, value }, part: partition(kvModel(), history, orderHistory(history))[0] };
}

for (const f of ["put", "append"] as const) {
  Deno.test(`a limit strikes in the middle of it while texts are read: one letter that is ${f === "put" ? "put" : "appended"} again and again`, () => {
    const { written, part } = letters(2000, f);
    let looks = 0;
    const whole = decideWritten(written, part, new Budget({ timeLimitMs: 1e9, now: () => looks++ }));
    assertEquals(whole?.verdict, "ok");
    // A look at the clock in every sixteenth round. Of one letter that is appended there are three for each operation that is looked for, cut
    // off, and given to somebody.
    assert(looks >= (f === "put" ? 45 : 660) && looks < 1000, `${looks} looks`);
    for (let limit = 1; limit < looks - 2; limit += 9) {
      let now = 0;
      assertThrows(
        () => decideWritten(written, part, new Budget({ timeLimitMs: limit, now: () => now++ })),
        Expired,
      );
      assert(now <= limit + 2, `limit ${limit}: ${now} looks`);
    }
  });
}
