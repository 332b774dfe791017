/** What else jepsen leaves behind: history.txt, drains of queues, escapes of strings. */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  checkOperations,
  EdnError,
  FormatError,
  loadHistory,
  parseEdn,
  queueCodec,
  registerCodec,
} from "../../../porcupine/mod.ts";
import { Random } from "../fuzz/random.ts";

function bytes(lines: readonly string[]): Uint8Array[] {
  return [new TextEncoder().encode(lines.map((line) => `${line}\n`).join(""))];
}

async function queue(lines: readonly string[]): Promise<string> {
  const { model, operations } = await loadHistory(queueCodec, "q", bytes(lines));
  return checkOperations(model, operations).kind;
}

Deno.test("Strings and characters are read with octal and unicode escapes", () => {
  const cases: readonly (readonly [text: string, value: string])[] = [
    [String.raw`"\101\1017\0\377"`, "AA7\0\xff"],
    [String.raw`"\u0041\tB"`, "A\tB"],
    [String.raw`\o101`, "A"],
    [String.raw`\o7`, "\x07"],
    [String.raw`\o`, "o"],
    [String.raw`\u0041`, "A"],
    [String.raw`#inst "2020-01-01"`, "2020-01-01"],
  ];
  for (const [text, value] of cases) assertEquals(parseEdn(text), value, text);
  for (const text of [String.raw`"\400"`, String.raw`"\8"`, String.raw`\o400`, String.raw`\o18`]) {
    assertThrows(() => parseEdn(text), EdnError, undefined, text);
  }
});

const TEXT = [
  "0\t:invoke\t:write\t1",
  ':nemesis\t:info\t:start\t[:isolated {"n1" #{"n2"}}]',
  "0\t:ok\t:write\t1",
  "1   \t:invoke\t:cas\t[1 2]",
  '1   \t:fail\t:cas\t[1 2]\t"timed out\twith tabs"',
  "",
  "2\t:invoke\t:write\t3",
  "2\t:info\t:write\t3\t:indeterminate",
  "3\t:invoke\t:read\tnil",
];

Deno.test("A history.txt is read like the history.edn beside it", async () => {
  for (const [read, verdict] of [[1, "ok"], [3, "ok"], [2, "illegal"]] as const) {
    const text = await loadHistory(
      registerCodec,
      "history.txt",
      bytes([...TEXT, `3\t:ok\t:read\t${read}\r`]),
    );
    assertEquals([text.format, text.operations.length, text.lines], ["history-txt", 3, [1, 7, 9]]);
    assertEquals(checkOperations(text.model, text.operations).kind, verdict);
  }
});

Deno.test("A line of a history.txt that is none is refused with its number, and it is said what to give", async () => {
  for (const line of ["  at jepsen.client$fn (client.clj:17)", "3\t:done\t:read\t1", "3\t:ok\t:read"]) {
    const error = await assertRejects(
      () => loadHistory(registerCodec, "history.txt", bytes([...TEXT, line])),
      FormatError,
    );
    assert(error.message.startsWith("history.txt:10: expected process, type, f and value"), error.message);
    assert(error.message.includes("history.edn"), error.message);
  }
});

/** Calls and returns of a queue. */
const put = (value: number): string[] =>
  ["invoke", "ok"].map((type) => `{:process 0, :type :${type}, :f :enqueue, :value ${value}}`);
const drain = (type: string, value: string): string =>
  `{:process 1, :type :${type}, :f :drain, :value ${value}}`;
const take = (value: number | string): string[] => [
  "{:process 2, :type :invoke, :f :dequeue, :value nil}",
  `{:process 2, :type :ok, :f :dequeue, :value ${value}}`,
];

Deno.test("An answered drain is a dequeue of each of its values; one that failed took out nothing", async () => {
  const call = drain("invoke", "nil");
  assertEquals(await queue([...put(1), ...put(2), call, drain("ok", "[1 2]"), ...take("nil")]), "ok");
  assertEquals(await queue([...put(1), ...put(2), call, drain("ok", "[1 2]"), ...take(2)]), "illegal");
  assertEquals(await queue([...put(1), ...put(2), call, drain("ok", "[2]"), ...take(1)]), "illegal");
  assertEquals(await queue([...put(1), call, drain("ok", "[]"), ...take("nil")]), "illegal");
  assertEquals(await queue([...put(1), call, drain("fail", "nil"), ...take(1)]), "ok");
  // While it goes on somebody takes out the one between.
  const between = [...put(1), ...put(2), ...put(3), call, ...take(2), drain("ok", "[1 3]")];
  assertEquals(await queue(between), "ok");
  await assertRejects(
    () => queue([...put(1), call, drain("ok", "1")]),
    FormatError,
    "q:4: expected a list of the values",
  );
});

Deno.test("A drain without an answer took out any number, at any time, or nothing", async () => {
  const call = drain("invoke", "nil");
  for (const end of [[drain("info", ":timeout")], []]) {
    for (const rest of [take("nil"), take(1), take(2), [...take(2), ...take("nil")]]) {
      assertEquals(await queue([...put(1), ...put(2), call, ...end, ...rest]), "ok", rest.join());
    }
    assertEquals(await queue([...put(1), ...put(2), call, ...end, ...take(2), ...take(1)]), "illegal");
    assertEquals(await queue([...put(1), ...take("nil"), call, ...end]), "illegal");
  }
});

Deno.test("A model that knows a drain of its own gets it as it is", async () => {
  const own = { ...queueCodec, operations: { ...queueCodec.operations, drain: "drain" } };
  const lines = [...put(1), drain("invoke", "nil"), drain("ok", "[1]")];
  await assertRejects(() => loadHistory(own, "q", bytes(lines)), FormatError, "found drain");
});

/** A queue at work: clients that put, take and drain, some of whose answers are lost; now and then an answer is wrong. */
function lines(random: Random): readonly string[] {
  const items: number[] = [];
  const out: string[] = [];
  const open: { process: number; f: string; value: number; got: number[] }[] = [];
  let [next, process] = [1, 3];
  for (let i = 0; i < 22; i++) {
    const busy = random.below(3);
    const at = open.findIndex((one) => one.process % 3 === busy);
    if (at < 0) {
      const f = random.pick(["enqueue", "enqueue", "dequeue", "drain"]);
      const value = f === "enqueue" ? next++ : 0;
      open.push({ process: process - process % 3 + busy, f, value, got: [] });
      out.push(
        `{:process ${process - process % 3 + busy}, :type :invoke, :f :${f}, :value ${
          value === 0 ? "nil" : value
        }}`,
      );
      continue;
    }
    const one = open[at];
    if (one.f === "enqueue" && one.got.length === 0) {
      items.push(one.value);
      one.got.push(one.value);
    } else if (one.f === "dequeue") one.got.push(items.shift() ?? 0);
    else if (one.f === "drain") one.got.push(...items.splice(0, 1 + random.below(2)));
    if (one.f === "drain" && random.below(2) === 0) continue;
    open.splice(at, 1);
    if (random.below(4) === 0) {
      out.push(`{:process ${one.process}, :type :info, :f :${one.f}, :value nil}`);
      process += 3;
      continue;
    }
    const wrong = random.below(4) === 0 ? 1 : 0;
    const shown = (item: number): string => item === 0 ? "nil" : String(item - wrong || 1);
    const value = one.f === "drain" ? `[${one.got.map(shown).join(" ")}]` : shown(one.got[0]);
    out.push(
      `{:process ${one.process}, :type :ok, :f :${one.f}, :value ${one.f === "enqueue" ? one.value : value}}`,
    );
  }
  return out;
}

/** The same with each lost drain written as so many lost dequeues. */
function spelledOut(history: readonly string[], puts: number): string[] {
  const processOf = (line: string): string => /:process (\d+)/.exec(line)?.[1] ?? "";
  const drained = history.filter((line) => line.includes(":ok, :f :drain")).map(processOf);
  const seen = new Map<string, number>();
  let stranger = 1000;
  return history.flatMap((line) => {
    if (!line.includes(":f :drain") || line.includes(":ok")) return [line];
    if (line.includes(":info")) return [];
    // The last call of a process is lost; those before were answered.
    const process = processOf(line);
    const nth = (seen.get(process) ?? 0) + 1;
    seen.set(process, nth);
    if (nth <= drained.filter((one) => one === process).length) return [line];
    return Array.from(
      { length: puts },
      () => `{:process ${stranger++}, :type :invoke, :f :dequeue, :value nil}`,
    );
  });
}

Deno.test("A lost drain is as if there were as many lost dequeues as values were put in, seeds 1 to 600", async () => {
  const verdicts = { ok: 0, illegal: 0, unknown: 0 };
  let lost = 0;
  for (let seed = 1; seed <= 600; seed++) {
    const history = lines(new Random(seed));
    const { model, operations } = await loadHistory(queueCodec, "q", bytes(history));
    const { kind } = checkOperations(model, operations);
    verdicts[kind]++;
    const puts = history.filter((line) => line.includes(":invoke, :f :enqueue")).length;
    const twin = spelledOut(history, puts);
    if (twin.join() !== history.join()) lost++;
    const other = await loadHistory(queueCodec, "q", bytes(twin));
    assertEquals(
      checkOperations(other.model, other.operations, { strategy: "search" }).kind,
      kind,
      `seed ${seed}`,
    );
  }
  assert(verdicts.ok > 100 && verdicts.illegal > 100 && lost > 150, JSON.stringify({ ...verdicts, lost }));
});

Deno.test("A drain without an answer is as many dequeues as there are values that nobody is known to have got", async () => {
  const story = [
    ...put(1),
    ...put(2),
    ...put(3),
    ...put(4),
    ...take(2),
    ...take("nil"),
    drain("invoke", "nil"),
  ];
  const { operations } = await loadHistory(queueCodec, "q", bytes(story));
  const lost = operations.filter(({ outcome }) => outcome.status === "unknown");
  assertEquals(lost.map(({ client }) => client), ["1, drain 1", "1, drain 2", "1, drain 3"]);
});
