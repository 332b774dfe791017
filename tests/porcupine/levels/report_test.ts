import { assert, assertEquals, assertThrows } from "@std/assert";
import { checkLevels } from "../../../porcupine/levels/mod.ts";
import { sentenceFor } from "../../../porcupine/levels/sentence.ts";
import { kvModel, PorcupineError, registerModel } from "../../../porcupine/mod.ts";
import { withOperations } from "../generate/operations.ts";
import { simulate, specOf } from "../generate.ts";
import { read, type RegisterOperation, write } from "../generate/told.ts";

Deno.test("Two clients that see two writes in different orders break monotonic reads, and the report says who", () => {
  const { parts: [part], sentence } = checkLevels(registerModel(), [
    write(0, 1, 0, 1),
    write(1, 2, 0, 1),
    read(2, 1, 2, 3),
    read(3, 2, 2, 3),
    read(2, 2, 4, 5),
    read(3, 1, 4, 5),
  ]);
  assertEquals(part.linearizable, "no");
  const { monotonicReads, readYourWrites } = part.levels;
  assertEquals(readYourWrites.holds, "yes");
  assert(monotonicReads.holds === "no");
  assertEquals(
    monotonicReads.because.split("; ").sort(),
    ["client 2 had read() -> 1 before read() -> 2", "client 3 had read() -> 2 before read() -> 1"],
  );
  assertEquals([...monotonicReads.operations].sort(), [2, 3, 4, 5]);
  assertEquals(part.staleness, { kind: "exact", k: 2 });
  assertEquals(
    sentence,
    "not sequentially consistent; broken: monotonic reads; held: read your writes, monotonic writes, writes follow reads. " +
      "The stalest read was 1 update behind.",
  );
});

Deno.test("A client that does not see its own write breaks read your writes", () => {
  const { parts: [part] } = checkLevels(registerModel(), [write(0, 1, 0, 1), read(0, null, 2, 3)]);
  const { sequential, readYourWrites, monotonicReads } = part.levels;
  assertEquals([sequential.holds, readYourWrites.holds, monotonicReads.holds], ["no", "no", "yes"]);
});

Deno.test("A read three writes behind makes k 4, and its lag is the time since the first of the three returned", () => {
  const { parts: [part], sentence } = checkLevels(registerModel(), [
    write(0, 1, 0, 1),
    write(0, 2, 2, 3),
    write(0, 3, 4, 5),
    write(0, 4, 6, 7),
    read(1, 1, 10, 11),
    read(1, 4, 12, 13),
  ]);
  assertEquals(part.staleness, { kind: "exact", k: 4 });
  assertEquals(part.lag, { staleReads: 1, reads: 2, longest: 7, worst: 4 });
  assertEquals(
    sentence,
    "sequentially consistent: one order explains every client's answers, only not in real time. " +
      "The stalest read was 3 updates behind. 1 of 2 reads missed a newer write that had returned, by up to 7.",
  );
});

Deno.test("A value that nobody wrote is explained by no staleness and no order", () => {
  const { parts: [part], sentence } = checkLevels(registerModel(), [read(0, 9, 0, 1)]);
  assertEquals(part.staleness, { kind: "none" });
  assert(part.levels.sequential.holds === "no");
  assertEquals(part.levels.sequential.because, "client 0's read() -> 9: nothing ever wrote that value");
  assert(sentence.includes("No staleness of reads explains the answers."), sentence);
});

Deno.test("Each key is told about by itself, and the sentence names the bad one", () => {
  const op = (key: string, value: string, callAt: number) => ({
    client: 1,
    callAt,
    input: { f: "get", key },
    outcome: { status: "ok", returnAt: callAt + 1, output: { f: "get", value } },
  } as const);
  const history = [op("good", "", 0), op("bad", "ghost", 2)];
  const report = checkLevels(kvModel(), history);
  assertEquals(report.parts.map(({ key, linearizable }) => [key, linearizable]), [["good", "yes"], [
    "bad",
    "no",
  ]]);
  assert(report.sentence.startsWith('Key "bad": '), report.sentence);
  assertEquals(checkLevels(kvModel(), history, { keys: ["good"] }).parts.map(({ key }) => key), ["good"]);
});

Deno.test("A client with two calls open at once has no session: refused", () => {
  const error = assertThrows(
    () => checkLevels(registerModel(), [write(0, 1, 0, 9), read(0, null, 3, 4)]),
    PorcupineError,
  );
  assertEquals([error.code, error.index], ["overlapping-calls", 1]);
});

Deno.test("What the limit leaves open is unknown, and the clock is not outrun", () => {
  let clock = 0;
  const { ok, bad } = simulate(
    specOf({ ops: 400, clients: 8, seed: 5, values: 5, cas: 1 / 3, reads: 1 / 3 }),
  );
  const records = bad ?? ok;
  const report = withOperations("register", records, {
    use: ({ model, operations }) =>
      checkLevels(model, operations, { timeLimitMs: 50, now: () => clock += 1 }),
  });
  const [part] = report.parts;
  assertEquals(part.levels.sequential.holds, "unknown");
  assert(part.staleness.kind === "atLeast", JSON.stringify(part.staleness));
  assert(clock < 400, `${clock} looks at the clock after a limit of 50`);
});

for (
  const { name, spec } of [
    { name: "unique values, 5 clients", spec: { model: "register", clients: 5, ops: 3_000 } },
    { name: "unique values, 10 crashed", spec: { model: "register", clients: 5, ops: 1_000, crashed: 10 } },
    {
      name: "appends and puts, 5 clients",
      spec: { model: "kv", clients: 5, ops: 2_000, reads: 0.4, puts: 0.06 },
    },
    { name: "versions, 10 clients", spec: { model: "kvv", clients: 10, ops: 3_000 } },
  ] as const
) {
  Deno.test(`A long ${spec.model} history with one stale read (${name}) is settled to the last question`, () => {
    const { bad } = simulate(specOf({ ...spec, seed: 7 }));
    assert(bad !== undefined);
    const { parts: [part] } = withOperations(spec.model, bad, {
      use: ({ model, operations }) => checkLevels(model, operations, { timeLimitMs: Infinity }),
    });
    assertEquals(part.linearizable, "no");
    assertEquals(Object.values(part.levels).map(({ holds }) => holds).includes("unknown"), false);
    assertEquals(part.staleness.kind, "exact", JSON.stringify(part.staleness));
  });
}

Deno.test("A read of the first value is late by the time since the only write returned", () => {
  const { parts: [part] } = checkLevels(registerModel(), [write(0, 1, 0, 1), read(1, null, 5, 6)]);
  assertEquals(part.lag, { staleReads: 1, reads: 1, longest: 4, worst: 1 });
});

Deno.test("How stale reads were at least is told, and nothing where not even that is known", () => {
  const open = { holds: "unknown" } as const;
  const levels = {
    sequential: open,
    readYourWrites: open,
    monotonicReads: open,
    monotonicWrites: open,
    writesFollowReads: open,
  };
  const told = (k: number, staleReads: number) => {
    const lag = { staleReads, reads: 2, longest: 7, worst: 4 };
    const part = { key: "", linearizable: "no", levels, staleness: { kind: "atLeast", k }, lag } as const;
    return sentenceFor([part], 1).slice(sentenceFor([part], 1).indexOf("reads.") + 7);
  };
  assertEquals(told(1, 0), "");
  assertEquals(told(3, 0), "The stalest read was 2 updates behind, or more.");
  assertEquals(told(1, 1), "1 of 2 reads missed a newer write that had returned, by up to 7.");
});

Deno.test("A value that was swapped for another one is over, though nobody read that", () => {
  const swap = (callAt: number): RegisterOperation => ({
    client: 0,
    callAt,
    input: { f: "cas", from: 1, to: 2 },
    outcome: { status: "ok", returnAt: callAt + 1, output: { f: "cas", swapped: true } },
  });
  const { parts: [part] } = checkLevels(registerModel(), [
    write(0, 1, 0, 1),
    swap(2),
    read(1, 1, 4, 5),
    read(1, null, 6, 7),
  ]);
  assertEquals(part.levels.sequential.holds, "no");
  const { parts: [other] } = checkLevels(registerModel(), [write(0, 1, 0, 1), swap(2), read(1, 1, 4, 5)]);
  assertEquals([other.linearizable, other.levels.sequential.holds], ["no", "yes"]);
});
