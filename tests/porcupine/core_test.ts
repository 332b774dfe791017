import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Budget } from "../../porcupine/budget.ts";
import { checkOperations } from "../../porcupine/check.ts";
import { findCore } from "../../porcupine/explain/core.ts";
import { orderHistory } from "../../porcupine/history.ts";
import { registerModel } from "../../porcupine/models/register.ts";
import type { RegisterInput, RegisterOutput } from "../../porcupine/models/register.ts";
import { partition, recorded } from "../../porcupine/parts.ts";
import type { Operation } from "../../porcupine/types.ts";

/** Ends after so much work, and counts how often it is asked after its end. */
class CountingBudget extends Budget {
  askedInVain = 0;
  readonly #most: number;

  constructor(most: number) {
    super({});
    this.#most = most;
  }

  override goOn(): boolean {
    if (this.stopped !== undefined) this.askedInVain++;
    if (this.work >= this.#most) this.stopped ??= "time";
    return super.goOn();
  }
}

/** One client writes one value after the other; then the value it wrote first is read. */
function staleRead(writes: number): Operation<RegisterInput, RegisterOutput>[] {
  const history: Operation<RegisterInput, RegisterOutput>[] = [];
  for (let value = 0; value < writes; value++) {
    const outcome = { status: "ok", output: { f: "write" }, returnAt: 2 * value + 1 } as const;
    history.push({ client: 1, callAt: 2 * value, input: { f: "write", value }, outcome });
  }
  const outcome = { status: "ok", output: { f: "read", value: 0 }, returnAt: 2 * writes + 1 } as const;
  history.push({ client: 1, callAt: 2 * writes, input: { f: "read" }, outcome });
  return history;
}

for (const most of [20, 60, 100, 160]) {
  Deno.test(`a core is not taken apart any further once a limit has struck, here after work of ${most}`, () => {
    const history = staleRead(300);
    const model = registerModel();
    const [part] = partition(model, history, orderHistory(history));
    const budget = new CountingBudget(most);
    const core = findCore({ model, recorded: recorded(history), part, budget }, history.length - 1, {
      // Of a register of which nothing is suspected all states would be looked at first.
      suspects: [history.length - 1],
      areCore: false,
      reason: "",
      isFirst: true,
      beyondSuspects: true,
    });
    assertEquals(core.minimal, false);
    assert(core.members.includes(history.length - 1));
    // Taking it apart to the last operation would ask hundreds of times.
    assert(budget.askedInVain <= 40, `it asked ${budget.askedInVain} times`);
  });
}

Deno.test("what is impossible without the operation that a core was built around is a core without it", () => {
  const read = (value: number | null, callAt: number) =>
    ({
      client: 1,
      callAt,
      input: { f: "read" },
      outcome: { status: "ok", output: { f: "read", value }, returnAt: callAt + 1 },
    }) as const;
  // Nobody ever wrote 7. If a limit struck before that was found out, the question is asked about a later answer.
  const history = [...staleRead(3), read(7, 10), read(2, 12)];
  const [part] = partition(registerModel(), history, orderHistory(history));
  const inquiry = { model: registerModel(), recorded: recorded(history), part, budget: new Budget({}) };
  const lead = { suspects: [4, 5], areCore: false, reason: "", isFirst: false, beyondSuspects: true };
  const core = findCore(inquiry, 5, lead);
  assertEquals([core.members, core.minimal, core.impossible], [[4], true, 4]);
});

Deno.test("an answer that is impossible by itself is a minimal core, whatever struck once that was known", () => {
  const read = { f: "read", value: 7 } as const;
  const outcome = { status: "ok", output: read, returnAt: 11 } as const;
  // Nobody ever wrote 7.
  const history = [...staleRead(3), { client: 1, callAt: 10, input: { f: "read" }, outcome } as const];
  const [part] = partition(registerModel(), history, orderHistory(history));
  const budget = new CountingBudget(1);
  const inquiry = { model: registerModel(), recorded: recorded(history), part, budget };
  const lead = { suspects: [4], areCore: false, reason: "", isFirst: true, beyondSuspects: true };
  const core = findCore(inquiry, 4, lead);
  assert(budget.askedInVain > 0, "a limit was to strike");
  assertEquals([core.members, core.minimal], [[4], true]);
});

Deno.test("the last of a core to return is the first impossible answer, whoever else can have made what it speaks of", () => {
  type Row = [client: number, callAt: number, returnAt: number, input: RegisterInput, output: RegisterOutput];
  const failed = { f: "cas", swapped: false } as const;
  const history = ([
    [1, 0, 1, { f: "write", value: 3 }, { f: "write" }],
    [1, 2, 9, { f: "write", value: 4 }, { f: "write" }],
    [2, 4, 5, { f: "cas", from: 3, to: 7 }, failed],
    // That this one failed, too, is known only after the read: until then it may yet have made the 5 out of a 7.
    [2, 6, 20, { f: "cas", from: 7, to: 5 }, failed],
    [3, 7, 10, { f: "read" }, { f: "read", value: 5 }],
  ] satisfies Row[]).map(([client, callAt, returnAt, input, output]) =>
    ({ client, callAt, input, outcome: { status: "ok", returnAt, output } }) as const
  );
  const verdict = checkOperations(registerModel(), history);
  assert(verdict.kind === "illegal");
  assertEquals([verdict.core, verdict.coreIsMinimal, verdict.firstImpossible], [[2, 4], true, 4]);
});

Deno.test("a swap wrongly said to have failed is told beside who swapped its value, not beside all writes there are", () => {
  type Row = [client: number, callAt: number, returnAt: number, input: RegisterInput, output: RegisterOutput];
  const failed = { f: "cas", swapped: false } as const;
  const swapped = { f: "cas", swapped: true } as const;
  const rows: Row[] = [
    // It is the first impossible answer: if none of the writes is believed, each can have taken effect here.
    [1, 103, 106, { f: "cas", from: 29, to: 41 }, failed],
    [2, 102, 104, { f: "cas", from: 29, to: 40 }, failed],
    [3, 105, 108, { f: "cas", from: 40, to: 42 }, swapped],
    [1, 100, 101, { f: "read" }, { f: "read", value: 29 }],
  ];
  const last = rows.map(([client, callAt, returnAt, input, output]) =>
    ({ client, callAt, input, outcome: { status: "ok", returnAt, output } }) as const
  );
  const history = [...staleRead(30).slice(0, 30), ...last];
  const verdict = checkOperations(registerModel(), history);
  assert(verdict.kind === "illegal");
  assertEquals([verdict.core, verdict.coreIsMinimal, verdict.firstImpossible], [[31, 32], true, 30]);
  assertStringIncludes(verdict.sentence, "Client 3's cas(40, 42) -> true is impossible beside client 2's");
});
