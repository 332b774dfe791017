/** What a file says is what is judged: nothing is rounded, merged or passed by without a word. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  checkOperations,
  type Codec,
  counterCodec,
  FormatError,
  kvCodec,
  type LoadedHistory,
  loadHistory,
  parseEdn,
  registerCodec,
} from "../../../porcupine/mod.ts";
import { repeatedName } from "../../../porcupine/formats/repeated_name.ts";
import { Random } from "../fuzz/random.ts";
import { bytesOf, gzip } from "./texts.ts";

const REGISTER = '{"format":"linhist-1","model":"register"}';

async function refusal<S, I, O>(codec: Codec<S, I, O>, lines: readonly string[]): Promise<FormatError> {
  const error = await assertRejects(() => read(codec, lines), FormatError);
  assert(error.message.startsWith(`some/file:${error.line}: expected `), error.message);
  return error;
}

async function read<S, I, O>(
  codec: Codec<S, I, O>,
  lines: readonly string[],
): Promise<LoadedHistory<S, I, O>> {
  return await loadHistory(codec, "some/file", bytesOf(`${lines.join("\n")}\n`));
}

Deno.test("A line that gives a field twice is refused, in the header, in nested values and with other spellings", async () => {
  for (
    const [line, text] of [
      [2, '{"c":0,"f":"write","v":1,"s":0,"e":1,"v":2}'],
      [2, '{"c":0,"f":"write","v":1,"s":0,"e" : 9,"e":1}'],
      [2, '{"c":0,"f":"write","v":1,"s":0,"\\u0065":9,"e":1}'],
      [2, '{"c":0,"f":"write","v":{"a":1,"a":2},"s":0,"e":1}'],
    ] as const
  ) {
    const error = await refusal(registerCodec, [REGISTER, text]);
    assertEquals([error.code, error.line], ["malformed-line", line], error.message);
    assert(error.message.includes("each field once"), error.message);
  }
  const header = await refusal(registerCodec, ['{"format":"linhist-1","model":"kv","model":"register"}']);
  assert(
    header.message.startsWith('some/file:1: expected each field once, found "model" twice'),
    header.message,
  );
});

Deno.test("Colons, quotes and names inside of strings are no second field", async () => {
  const { operations } = await read(kvCodec, [
    '{"format":"linhist-1","model":"kv"}',
    '{"c":"a\\"c\\":1","f":"put","k":"k:\\\\","v":"\\"v\\": {\\"e\\":1, \\"e\\":2}","s":0,"e":1}',
  ]);
  assertEquals(operations[0].input, { f: "put", key: "k:\\", value: '"v": {"e":1, "e":2}' });
});

Deno.test("A repeated name is found in random objects exactly if there is one, seeds 1 to 500", () => {
  for (let seed = 1; seed <= 500; seed++) {
    const random = new Random(seed);
    const { text, names, repeats } = randomObject(random, 0);
    assertEquals(repeatedName(text, names) !== undefined, repeats, `seed ${seed}: ${text}`);
  }
});

/** An object as JSON text, with how many fields it is read as, and whether some object in it repeats a name. */
function randomObject(random: Random, depth: number): { text: string; names: number; repeats: boolean } {
  const space = (): string => random.pick(["", "", " ", "\t"]);
  const fields: string[] = [];
  const names = new Set<string>();
  let repeats = false;
  for (let left = random.below(4); left > 0; left--) {
    const name = random.pick(["a", "b", "c", '"', "\\", ":"]);
    repeats ||= names.has(name);
    names.add(name);
    let value: string = random.pick(["1", '":"', '"\\":"', "[]", '["a", {"a": 1}]', '"}"', "null"]);
    if (depth < 2 && random.below(3) === 0) {
      const inner = randomObject(random, depth + 1);
      value = inner.text;
      repeats ||= inner.repeats;
    }
    fields.push(`${space()}${JSON.stringify(name)}${space()}:${space()}${value}${space()}`);
  }
  return { text: `{${fields.join(",")}}`, names: names.size, repeats };
}

Deno.test("Whole numbers beyond 2^53 are refused as values, keys and clients, since two of them may have become one", async () => {
  for (
    const line of [
      '{"c":0,"f":"write","v":9007199254740993,"s":0,"e":1}',
      '{"c":0,"f":"cas","v":[1,-9007199254740993],"o":true,"s":0,"e":1}',
      '{"c":0,"f":"read","o":1e400,"s":0,"e":1}',
      '{"c":0,"f":"read","k":9007199254740993,"o":1,"s":0,"e":1}',
      '{"c":9007199254740993,"f":"read","o":1,"s":0,"e":1}',
    ]
  ) {
    const error = await refusal(registerCodec, [REGISTER, line]);
    assertEquals(error.line, 2);
    assert(/within 2\^53.* as a string/.test(error.message), error.message);
  }
  const added = '{"c":0,"f":"add","v":1e300,"s":0,"e":1}';
  assert((await refusal(counterCodec, ['{"format":"linhist-1","model":"counter"}', added])).line === 2);
});

Deno.test("The same numbers as strings are read, and different ones stay different", async () => {
  const history = await read(registerCodec, [
    REGISTER,
    '{"c":0,"f":"write","v":"9007199254740993","s":0,"e":1}',
    '{"c":0,"f":"read","o":"9007199254740992","s":2,"e":3}',
  ]);
  assertEquals(checkOperations(history.model, history.operations).kind, "illegal");
});

Deno.test("Etcd logs and EDN keep long numbers apart: a read of a neighbour is illegal", async () => {
  const etcd = (type: string, f: string, value: string): string =>
    `INFO  jepsen.util - 0\t:${type}\t:${f}\t${value}`;
  const edn = (type: string, f: string, value: string): string =>
    `{:process 0, :type :${type}, :f :${f}, :value ${value}}`;
  for (const line of [etcd, edn]) {
    const history = await read(registerCodec, [
      line("invoke", "write", "9007199254740993"),
      line("ok", "write", "9007199254740993"),
      line("invoke", "read", "nil"),
      line("ok", "read", "9007199254740992"),
    ]);
    assertEquals(checkOperations(history.model, history.operations).kind, "illegal");
  }
});

Deno.test("What is not a number is no value: NaN equals nothing, not even what was written", async () => {
  const lines = ["{:process 0, :type :invoke, :f :write, :value ##NaN}"];
  const error = await refusal(registerCodec, lines);
  assertEquals([error.code, error.line], ["model-mismatch", 1]);
  assert(error.message.includes("found NaN"), error.message);
});

Deno.test("A key that an EDN map gives twice is refused", async () => {
  const error = await refusal(registerCodec, [
    "{:process 0, :type :invoke, :f :write, :value 1}",
    "{:process 0, :type :ok, :f :write, :value 1, :type :info}",
  ]);
  assertEquals([error.code, error.line], ["malformed-line", 2]);
  assert(error.message.includes("the key :type twice"), error.message);
  assertEquals(parseEdn('#{"a" "a"}'), ["a", "a"]);
});

Deno.test("A field that means nothing is told once, since it may be a misspelt one; at most five are told", async () => {
  const { warnings, operations } = await read(registerCodec, [
    REGISTER,
    '{"c":0,"f":"write","v":1,"s":0,"end":1}',
    '{"c":1,"f":"write","v":1,"s":0,"end":1,"node":"n1"}',
    '{"c":2,"f":"write","v":1,"s":0,"p":1,"q":1,"r":1,"t":1,"u":1}',
  ]);
  assertEquals(operations.map(({ outcome }) => outcome.status), ["unknown", "unknown", "unknown"]);
  assertEquals(warnings.slice(0, 2), [
    'line 2 has the field "end", which is passed by; an operation has c, f, k, v, ver, o, s, e',
    'line 3 has the field "node", which is passed by; an operation has c, f, k, v, ver, o, s, e',
  ]);
  assertEquals(warnings.length, 5);
});

Deno.test("A line of an etcd log that looks like an event and is none is refused", async () => {
  const call = "INFO  jepsen.util - 0\t:invoke\t:write\t3";
  const end = "INFO  jepsen.util - 0\t:ok\t:write\t3";
  for (
    const damaged of [
      end.slice(0, -6),
      end.replace(":ok", ":oj"),
      end.replace("INFO", "NFO"),
      end.replace("jepsen.util", "jepse.util"),
      end.replace("0\t", "0"),
      end.replace("3", "4"),
      `${end}${call.replace("- 0", "- 1")}`,
      `${end.replace(":ok", ":info")}${call.replace("- 0", "- 1")}`,
      // Damaged three times over: nothing is left of the call but that it was one.
      "INFO  jepsen.unulltil - 1\t:i\t:invoke\t:",
      "INFO  jeps\\en.util - 2\t:iinvoke\t:read\tnil",
      "INFO  jepsen.utinulll - 1\t:ininvoke\t:cas",
      "INFO  jepsen.ul - 2\tinvoke\t:read\tnil",
    ]
  ) {
    const error = await refusal(registerCodec, ["INFO  jepsen.core - Starting", call, damaged]);
    assertEquals([error.code, error.line], ["malformed-line", 3], damaged);
  }
  const others = [
    "INFO  jepsen.util - :nemesis\t:info\t:start\tnil",
    "INFO  jepsen.util - :nemesis\t:invoke\t:start\tnil",
    "INFO  jepsen.core - 3 nodes",
  ];
  assertEquals((await read(registerCodec, [call, ...others, end])).operations.length, 1);
});

Deno.test("Packed parts one after the other are one file; what is damaged in the last one is not passed by", async () => {
  const [one, two] = [await gzip(`${REGISTER}\n`), await gzip('{"c":0,"f":"read","o":1,"s":0,"e":1}\n')];
  assertEquals((await loadHistory(registerCodec, "some/file", [one, two])).operations.length, 1);
  const error = await assertRejects(
    () => loadHistory(registerCodec, "some/file", [one, two.slice(0, -3)]),
    FormatError,
  );
  assertEquals(error.code, "damaged-file");
  assert(/some\/file:\d: expected UTF-8 text, plain or packed/.test(error.message), error.message);
  assert(error.message.includes("ends in the middle"), error.message);
});

Deno.test("A line of twenty megabytes in chunks of a kilobyte is read in one go, not once for each chunk", async () => {
  const chunk = new Uint8Array(1024).fill("x".charCodeAt(0));
  function* bytes(): Generator<Uint8Array> {
    yield new TextEncoder().encode('{"format":"linhist-1","model":"kv"}\n{"c":0,"f":"put","k":"x","v":"');
    for (let i = 0; i < 20_000; i++) yield chunk;
    yield new TextEncoder().encode('","s":0,"e":1}\n');
  }
  const { operations } = await loadHistory(kvCodec, "long", bytes());
  const [{ input }] = operations;
  assertEquals(input.f === "put" && input.value.length, 20_000 * 1024);
});
