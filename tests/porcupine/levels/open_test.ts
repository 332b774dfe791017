/** What a limit leaves open is `unknown`, also where one answer would follow from another. */
import { assertEquals } from "@std/assert";
import {
  checkLevels,
  type Operation,
  type RegisterInput,
  registerModel,
  type RegisterOutput,
} from "../../../porcupine/mod.ts";

/** Ann reads 1, and writes it herself at the instant at which that read returned, or at `callAt`. */
function foreseen(callAt: number): Operation<RegisterInput, RegisterOutput>[] {
  return [
    {
      client: "ann",
      callAt: 0,
      input: { f: "read" },
      outcome: { status: "ok", returnAt: 2, output: { f: "read", value: 1 } },
    },
    {
      client: "ann",
      callAt,
      input: { f: "write", value: 1 },
      outcome: { status: "ok", returnAt: 9, output: { f: "write" } },
    },
  ];
}

Deno.test("A guarantee that a linearizable history would have by its coarse clock is not denied while that is open", () => {
  const settled = checkLevels(registerModel(), foreseen(2)).parts[0];
  assertEquals([settled.linearizable, settled.levels.sequential.holds], ["yes", "yes"]);
  const open = checkLevels(registerModel(), foreseen(2), { timeLimitMs: 0 }).parts[0];
  assertEquals([open.linearizable, open.levels.sequential.holds], ["unknown", "unknown"]);
  // By a clock that tells the two apart it is denied, whatever else is open.
  const fine = checkLevels(registerModel(), foreseen(3), { timeLimitMs: 0 }).parts[0];
  assertEquals([fine.linearizable, fine.levels.sequential.holds], ["unknown", "no"]);
});

Deno.test("Whether a history is linearizable, and how stale its reads are, is not settled once the signal has fired", () => {
  const { linearizable, staleness } =
    checkLevels(registerModel(), foreseen(3), { signal: AbortSignal.abort() })
      .parts[0];
  assertEquals([linearizable, staleness.kind], ["unknown", "atLeast"]);
});
