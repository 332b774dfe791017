import { assertEquals, assertThrows } from "@std/assert";
import {
  checkOperations,
  type Codec,
  EdnError,
  EdnMap,
  type FormatName,
  loadHistory,
  loadOpened,
  modelNamed,
  openHistory,
  parseEdn,
  type RawOperation,
  registerCodec,
  setCodec,
} from "../../../porcupine/mod.ts";
import { bytesOf, chunked, gzip } from "./texts.ts";

Deno.test("An etcd log: other lines are skipped, a failed cas took place, a lost write stays open, a lost read is dropped", async () => {
  const text = [
    "INFO  jepsen.core - Starting",
    "INFO  jepsen.util - 0\t:invoke\t:write\t3",
    "INFO  jepsen.util - 1\t:invoke\t:cas\t[3 4]",
    "INFO  jepsen.util - 0\t:ok\t:write\t3",
    "INFO  jepsen.util - 1\t:fail\t:cas\t[3 4]",
    "INFO  jepsen.util - 2\t:invoke\t:read\tnil",
    "INFO  jepsen.util - 2\t:fail\t:read\t:timed-out",
    "INFO  jepsen.util - 0\t:invoke\t:write\t9",
    "INFO  jepsen.util - 0\t:info\t:write\t:timed-out",
    "INFO  jepsen.util - 2\t:invoke\t:read\tnil",
    "INFO  jepsen.util - 2\t:ok\t:read\tnil",
    "INFO  jepsen.util - 3\t:invoke\t:cas\t[1 2]",
  ].join("\n");
  const { format, operations } = await read("etcd.log", text);
  assertEquals(format, "etcd-log");
  assertEquals(
    operations.map(({ line, client, f, argument, result }) => [line, client, f, argument, result.status]),
    [
      [2, 0, "write", 3, "ok"],
      [3, 1, "cas", [3, 4], "ok"],
      [8, 0, "write", 9, "unknown"],
      [10, 2, "read", null, "ok"],
      [12, 3, "cas", [1, 2], "unknown"],
    ],
  );
  const cas = operations[1].result;
  assertEquals(cas.status === "ok" && cas.value, false);
});

Deno.test("EDN: one map after another, one vector of maps, tagged records and comments are the same history", async () => {
  const maps = [
    "{:process 0, :type :invoke, :f :write, :value 1, :time 10}",
    "{:process 0, :type :ok, :f :write, :value 1, :time 11} ; done",
    "{:process :nemesis, :type :info, :f :start}",
    "{:process 1, :type :invoke, :f :read, :value nil}",
    "{:process 1, :type :ok, :f :read, :value 1}",
  ];
  const texts = [
    maps.join("\n"),
    `[${maps.join("\n ")}\n]`,
    maps.map((map) => `#jepsen.history.Op${map}`).join("\n"),
    `; a history\n(${maps[0]} ${maps[1].replace(/ ;.*/, "")} #_ {:ignored true}\n${maps.slice(2).join(" ")})`,
  ];
  const all = await Promise.all(texts.map((text) => read("history.edn", text)));
  for (const { format, operations } of all) {
    assertEquals(format, "edn");
    assertEquals(operations.map(({ client, f, key, result }) => [client, f, key, result.status]), [
      [0, "write", null, "ok"],
      [1, "read", null, "ok"],
    ]);
  }
});

Deno.test("EDN: a failed operation did not take place, an :info one may, a cas that is :ok swapped", async () => {
  const { operations } = await read(
    "h.edn",
    `
{:process 0, :type :invoke, :f :cas, :value [0 1]}
{:process 0, :type :fail, :f :cas, :value [0 1]}
{:process 0, :type :invoke, :f :cas, :value [1 2]}
{:process 0, :type :ok, :f :cas, :value [1 2]}
{:process 0, :type :invoke, :f :write, :value 5}
{:process 0, :type :info, :f :write, :value 5, :error :timeout}
`,
  );
  assertEquals(operations.map(({ f, result }) => [f, result.status === "ok" ? result.value : "lost"]), [
    ["cas", true],
    ["write", "lost"],
  ]);
});

Deno.test("EDN: [key value] pairs of jepsen.independent are told from the bare pairs of a cas", async () => {
  const keyed = await read(
    "h.edn",
    `
{:process 0, :type :invoke, :f :cas, :value [7 [0 1]]}
{:process 0, :type :ok, :f :cas, :value [7 [0 1]]}
{:process 0, :type :invoke, :f :read, :value ["a" nil]}
{:process 0, :type :ok, :f :read, :value ["a" 3]}
`,
  );
  assertEquals(keyed.operations.map(({ key, argument }) => [key, argument]), [["7", [0, 1]], ["a", null]]);
  const bare = await read(
    "h.edn",
    `
{:process 0, :type :invoke, :f :cas, :value [0 1]}
{:process 0, :type :ok, :f :cas, :value [0 1]}
`,
  );
  assertEquals(bare.operations.map(({ key, argument }) => [key, argument]), [[null, [0, 1]]]);
});

Deno.test("EDN: jepsen's set history is judged as a set", async () => {
  const text = `
{:process 0, :type :invoke, :f :add, :value 1}
{:process 0, :type :ok, :f :add, :value 1}
{:process 1, :type :invoke, :f :read, :value nil}
{:process 1, :type :ok, :f :read, :value #{}}
`;
  const history = await loadHistory(setCodec, "set.edn", bytesOf(text));
  assertEquals(checkOperations(history.model, history.operations).kind, "illegal");
});

Deno.test("EDN reads strings, characters, numbers, tags, sets and nested collections", () => {
  assertEquals(parseEdn('"a\\n\\u00e9\\"" '), 'a\né"');
  assertEquals(parseEdn("\\newline"), "\n");
  assertEquals(parseEdn("[1 -2 3.5 1e3 7N 1/2 nil true :k sym #{4} (5)]"), [
    ...[1, -2, 3.5, 1000, 7, "1/2", null, true, ":k", "sym", [4], [5]],
  ]);
  assertEquals(parseEdn("123456789012345678901"), "123456789012345678901");
  const map = parseEdn('{:a {:b [1, 2]}, :c #inst "2020"}');
  assertEquals(map instanceof EdnMap && map.get(":c"), "2020");
  assertEquals(parseEdn("##Inf"), Infinity);
});

for (
  const text of [
    "",
    "[1",
    '"open',
    "1 2",
    "{:a}",
    "\\",
    "#",
    '"\\q"',
    "12x",
    "]",
    "[".repeat(100_000),
    "##What",
  ]
) {
  Deno.test(`EDN refuses ${JSON.stringify(text.slice(0, 20))}`, () => {
    assertThrows(() => parseEdn(text), EdnError);
  });
}

Deno.test("The format is found by looking, also behind blank lines and gzip; an empty file is an empty history", async () => {
  const linhist = '{"format":"linhist-1","model":"register"}\n{"c":1,"f":"read","o":null,"s":0,"e":1}\n';
  assertEquals((await read("x", `\n\n${linhist}`)).format, "linhist-1");
  const packed = await openHistory("x.gz", chunked(await gzip(linhist), 1));
  assertEquals([packed.format, packed.header?.model], ["linhist-1", "register"]);
  assertEquals((await read("x", "")).format, "empty");
  assertEquals((await read("x", " \n\n \n")).format, "empty");
});

Deno.test("A history whose lines end in \\r\\n, without a last line end, in chunks of one byte, reads the same", async () => {
  const lines = [
    '{"format":"linhist-1","model":"register"}',
    '{"c":1,"f":"write","v":"\u00e9\u{1f600}","s":0,"e":1}',
    '{"c":2,"f":"read","o":"\u00e9\u{1f600}","s":2,"e":3}',
  ];
  const plain = await loadHistory(registerCodec, "x", bytesOf(lines.join("\n"), 1000));
  for (const [end, size] of [["\r\n", 1], ["\n", 1], ["\n", 3]] as const) {
    const other = await loadHistory(registerCodec, "x", bytesOf(lines.join(end), size));
    assertEquals(other.operations, plain.operations);
    assertEquals(other.lines, [2, 3]);
  }
});

Deno.test("A file is read as it is asked for: the source is never more than two chunks ahead", async () => {
  const line = '{"c":1,"f":"get","k":"x","o":"","s":0,"e":0}\n';
  const chunk = new TextEncoder().encode(line.repeat(100));
  let given = 0;
  async function* source(): AsyncGenerator<Uint8Array> {
    yield new TextEncoder().encode('{"format":"linhist-1","model":"kv"}\n');
    for (; given < 1000; given++) yield await Promise.resolve(chunk);
  }
  const history = await openHistory("long", source());
  let taken = 0;
  let furthest = 0;
  for await (const operations of history.operations) {
    taken += operations.length;
    furthest = Math.max(furthest, given - taken / 100);
  }
  assertEquals(taken, 100_000);
  assertEquals(furthest <= 2, true, `${furthest} chunks ahead`);
});

Deno.test("The same holds behind gzip, but for what the unpacker holds", async () => {
  const line = '{"c":1,"f":"get","k":"x","o":"","s":0,"e":0}\n';
  const packed = await gzip(`{"format":"linhist-1","model":"kv"}\n${line.repeat(200_000)}`);
  let taken = 0;
  let largest = 0;
  const history = await openHistory("long.gz", chunked(packed, 64));
  for await (const operations of history.operations) {
    taken += operations.length;
    largest = Math.max(largest, operations.length);
  }
  assertEquals(taken, 200_000);
  assertEquals(largest < 50_000, true, `${largest} operations at once`);
});

Deno.test("A bank's accounts and a lock's tokens come from the header, or from whoever loads the file", async () => {
  const head = '{"format":"linhist-1","model":"bank"';
  const line = '{"c":1,"f":"balance","v":"a","o":5,"s":0,"e":1}';
  const inHeader = await verdictOf("bank", `${head},"accounts":{"a":5}}\n${line}`, {});
  const given = await verdictOf("bank", `${head}}\n${line}`, { accounts: { a: 4 } });
  assertEquals([inHeader, given], ["ok", "illegal"]);
  const lock = '{"c":1,"f":"acquire","o":7,"s":0,"e":1}';
  const leap = await verdictOf(
    "lock",
    `{"format":"linhist-1","model":"lock","tokens":"increasing"}\n${lock}`,
    {},
  );
  const strict = await verdictOf("lock", `{"format":"linhist-1","model":"lock"}\n${lock}`, {});
  assertEquals([leap, strict], ["ok", "illegal"]);
});

Deno.test("The values of a set are judged one by one under each key, unless all members are asked for", async () => {
  const lines = [
    '{"c":1,"f":"add","k":"x","v":1,"s":0,"e":1}',
    '{"c":1,"f":"contains","k":"x","v":2,"o":false,"s":2,"e":3}',
    '{"c":1,"f":"contains","k":"y","v":1,"o":false,"s":4,"e":5}',
  ];
  const text = ['{"format":"linhist-1","model":"set"}', ...lines].join("\n");
  const single = await loadHistory(setCodec, "set", bytesOf(text));
  assertEquals(checkOperations(single.model, single.operations).partitions.map(({ key }) => key), [
    "x: 1",
    "x: 2",
    "y: 1",
  ]);
  const whole = await loadHistory(
    setCodec,
    "set",
    bytesOf(`${text}\n{"c":1,"f":"members","k":"x","o":[1],"s":6,"e":7}`),
  );
  assertEquals(checkOperations(whole.model, whole.operations).partitions.map(({ key }) => key), ["x", "y"]);
});

async function read(
  file: string,
  text: string,
): Promise<{ format: FormatName | "empty"; operations: RawOperation[] }> {
  const history = await openHistory(file, bytesOf(text));
  const operations: RawOperation[] = [];
  for await (const bundle of history.operations) operations.push(...bundle);
  return { format: history.format, operations: operations.sort((a, b) => a.callAt - b.callAt) };
}

async function verdictOf(
  model: string,
  text: string,
  facts: Readonly<Record<string, Readonly<Record<string, number>>>>,
): Promise<string> {
  const opened = await openHistory("file", bytesOf(text));
  return await modelNamed(model, { file: "test", line: 0 }).with({
    use: async <State, Input, Output>(codec: Codec<State, Input, Output>) => {
      const history = await loadOpened(codec, "file", opened, { facts });
      return checkOperations(history.model, history.operations).kind;
    },
  });
}

Deno.test("Models go by the names that knossos, etcd's tests and the course give them, too", () => {
  const canonical = (name: string): string => modelNamed(name, { file: "--model", line: 0 }).name;
  const names = ["cas-register", "etcd", "fifo-queue", "versioned-kv"];
  assertEquals(names.map(canonical), ["register", "register", "queue", "kvv"]);
});
