/** Every bad input of a history file: refused with its code, file, line, what was expected. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  FormatError,
  type FormatErrorCode,
  loadOpened,
  modelNamed,
  openHistory,
} from "../../../porcupine/mod.ts";
import { bytesOf, chunked, gzip } from "./texts.ts";

const HEAD = '{"format":"linhist-1","model":"kv"}';
const REGISTER = '{"format":"linhist-1","model":"register"}';

interface Bad {
  readonly what: string;
  readonly text: string;
  readonly model: string;
  readonly code: FormatErrorCode;
  /** 0: the file as a whole. */
  readonly line: number;
  /** Part of the message. */
  readonly says: string;
}

const LINHIST: readonly Bad[] = [
  bad("a line that is no JSON", "malformed-line", 3, "a JSON object such as", [HEAD, op(), '{"c":0,"f":']),
  bad("a line that is a list", "malformed-line", 2, "a JSON object such as", [HEAD, "[1]"]),
  bad("a line without a client", "malformed-line", 2, "a client in c", [HEAD, '{"f":"get","k":"x","s":0}']),
  bad("a line without an operation", "malformed-line", 2, "an operation's name in f", [
    HEAD,
    '{"c":1,"s":0}',
  ]),
  bad("a call without a time", "malformed-line", 2, "a number for s", [HEAD, '{"c":1,"f":"get","k":"x"}']),
  bad("a call at a time in words", "malformed-line", 2, "a number for s", [HEAD, op({ s: "noon" })]),
  bad("an infinite time", "bad-time", 2, "a finite time within 2^53 for s", [
    HEAD,
    '{"c":0,"f":"get","k":"x","o":"","s":1e999,"e":1e999}',
  ]),
  bad("an infinite return", "bad-time", 2, "a finite time within 2^53 for e", [
    HEAD,
    '{"c":0,"f":"get","k":"x","o":"","s":0,"e":1e999}',
  ]),
  bad("nanoseconds beyond 2^53", "bad-time", 2, "subtract the start of the recording", [
    HEAD,
    '{"c":0,"f":"get","k":"x","o":"","s":1690000000000000001,"e":1690000000000000002}',
  ]),
  bad("a return before its call", "return-before-call", 2, "e of at least 5", [HEAD, op({ s: 5, e: 4 })]),
  bad("an answer without a time", "malformed-line", 2, "the time of return e beside the result o", [
    HEAD,
    '{"c":0,"f":"get","k":"x","o":"","s":0}',
  ]),
  bad("a call earlier than the line before", "out-of-order", 3, "in the order of their calls", [
    HEAD,
    op({ c: 1, s: 5, e: 6 }),
    op({ c: 2, s: 4, e: 7 }),
  ]),
  bad("overlapping calls of one client", "overlapping-calls", 3, "one open call for each client", [
    HEAD,
    op({ s: 0, e: 5 }),
    op({ s: 3, e: 6 }),
  ]),
  bad("a call after one that was never answered", "overlapping-calls", 3, "never returned", [
    HEAD,
    '{"c":0,"f":"put","k":"x","v":"a","s":0}',
    op({ s: 3, e: 6 }),
  ]),
  bad("an unknown operation", "unknown-operation", 2, "an operation of model kv: get", [
    HEAD,
    op({ f: "increment" }),
  ]),
  bad("a number where kv wants a string", "model-mismatch", 2, "a string for the value read", [
    HEAD,
    op({ o: 7 }),
  ]),
  bad("a put without a value", "model-mismatch", 2, "a string for the value of put", [
    HEAD,
    op({ f: "put" }),
  ]),
  bad("a cas of three", "model-mismatch", 2, "a pair for [from, to]", [
    REGISTER,
    '{"c":0,"f":"cas","v":[1,2,3],"o":true,"s":0,"e":1}',
  ], "register"),
  bad("a history of another model", "model-mismatch", 1, "a history for model kv", [REGISTER, op()]),
  bad("a header without a model", "malformed-line", 1, "a model's name in the header", [
    '{"format":"linhist-1"}',
  ]),
  bad("a header of an unknown model", "unknown-model", 1, "one of the models register, kv, kvv", [
    '{"format":"linhist-1","model":"graph"}',
  ]),
  bad("a bank without accounts", "model-mismatch", 1, "the first balances in the header", [
    '{"format":"linhist-1","model":"bank"}',
  ], "bank"),
  bad("a lock with odd tokens", "model-mismatch", 1, "consecutive or increasing for tokens", [
    '{"format":"linhist-1","model":"lock","tokens":"random"}',
  ], "lock"),
  bad("a priority queue with an odd order", "model-mismatch", 1, "min or max for order", [
    '{"format":"linhist-1","model":"priority-queue","order":"any"}',
  ], "priority-queue"),
  bad("a text of no known format", "unknown-format", 1, "linhist-1", ["Dear diary,"]),
  bad("JSON lines without a header", "unknown-format", 1, "linhist-1", [op()]),
];

const EDN: readonly Bad[] = [
  bad("a return without a call", "return-without-call", 1, "an open read of client 3", [
    "{:process 3, :type :ok, :f :read, :value 1}",
  ], "register"),
  bad("a return of another operation", "return-without-call", 2, "an open write of client 0", [
    "{:process 0, :type :invoke, :f :read, :value nil}",
    "{:process 0, :type :ok, :f :write, :value 1}",
  ], "register"),
  bad("a second call of a client", "overlapping-calls", 2, "one open call for each client", [
    "{:process 0, :type :invoke, :f :read, :value nil}",
    "{:process 0, :type :invoke, :f :write, :value 1}",
  ], "register"),
  bad("a client that comes back after an answer was lost", "overlapping-calls", 3, "may not come back", [
    "{:process 0, :type :invoke, :f :write, :value 2}",
    "{:process 0, :type :info, :f :write, :value 2}",
    "{:process 0, :type :invoke, :f :write, :value 1}",
  ], "register"),
  bad("an operation without a process", "malformed-line", 1, "a process in :process", [
    "{:type :invoke, :f :read, :value nil}",
  ], "register"),
  bad("an operation without a type", "malformed-line", 1, ":type :invoke, :ok, :fail or :info", [
    "{:process 0, :f :read, :value nil}",
  ], "register"),
  bad("a form that does not end", "malformed-line", 2, "the end of the form that starts here", [
    "{:process 0, :type :invoke, :f :read, :value nil}",
    "{:process 0, :type :ok,",
    " :f :read",
  ], "register"),
  bad("a vector that does not end", "malformed-line", 1, "] for the one opened here", [
    "[{:process 0, :type :invoke, :f :read, :value nil}",
  ], "register"),
  bad("a word between the forms", "malformed-line", 2, "an operation such as", [
    "{:process 0, :type :invoke, :f :read, :value nil}",
    "oops",
  ], "register"),
  bad("a map with a key and no value", "malformed-line", 1, "a map with a key that has no value", [
    "{:process 0, :type :invoke, :f}",
  ], "register"),
  bad("an unknown operation", "unknown-operation", 1, "an operation of model register", [
    "{:process 0, :type :invoke, :f :txn, :value nil}",
  ], "register"),
  bad("a vector where a register wants a value", "model-mismatch", 2, "a number, a string or null", [
    "{:process 0, :type :invoke, :f :read, :value nil}",
    "{:process 0, :type :ok, :f :read, :value [1 2 3]}",
  ], "register"),
];

const ETCD: readonly Bad[] = [
  bad("a return without a call", "return-without-call", 1, "an open read of client 4", [
    etcd("4", "ok", "read", "1"),
  ], "register"),
  bad("overlapping calls", "overlapping-calls", 2, "one open call for each client", [
    etcd("4", "invoke", "read", "nil"),
    etcd("4", "invoke", "write", "3"),
  ], "register"),
  bad("an unknown operation", "unknown-operation", 1, ":read, :write or :cas", [
    etcd("4", "invoke", "delete", "nil"),
  ], "register"),
  bad("an argument that is none", "malformed-line", 1, "nil, an integer or [from to]", [
    etcd("4", "invoke", "write", "[1"),
  ], "register"),
];

for (const [format, cases] of [["linhist-1", LINHIST], ["EDN", EDN], ["etcd log", ETCD]] as const) {
  for (const { what, text, model, code, line, says } of cases) {
    Deno.test(`${format}: ${what} is refused with ${code} at line ${line}`, async () => {
      const error = await assertRejects(() => load("some/file", bytesOf(text), model), FormatError);
      assertEquals([error.code, error.file, error.line], [code, "some/file", line], error.message);
      assert(error.message.startsWith(line === 0 ? "some/file: " : `some/file:${line}: `), error.message);
      assert(error.message.includes(says), `${error.message}\nshould say: ${says}`);
    });
  }
}

Deno.test("A gzip file that was cut short is refused as damaged, wherever it was cut", async () => {
  const lines = Array.from({ length: 500 }, (_, i) => op({ s: 2 * i, e: 2 * i + 1, o: String(i * 7919) }));
  const packed = await gzip([HEAD, ...lines, ""].join("\n"));
  for (const share of [0.1, 0.5, 0.9, 0.999]) {
    const cut = packed.subarray(0, Math.floor(packed.length * share));
    const error = await assertRejects(() => load("cut.gz", chunked(cut, 100), "kv"), FormatError);
    assertEquals(error.code, "damaged-file", `cut at ${share}: ${error.message}`);
    assert(error.message.includes("plain or packed by gzip"), error.message);
  }
});

Deno.test("A gzip file with a flipped byte is refused as damaged", async () => {
  const lines = Array.from({ length: 500 }, (_, i) => op({ s: 2 * i, e: 2 * i + 1, o: String(i * 7919) }));
  const packed = await gzip([HEAD, ...lines, ""].join("\n"));
  for (const at of [packed.length >> 1, packed.length - 6]) {
    const flipped = packed.slice();
    flipped[at] ^= 0x55;
    const error = await assertRejects(() => load("flipped.gz", chunked(flipped, 100), "kv"), FormatError);
    assert(["damaged-file", "malformed-line"].includes(error.code), error.message);
  }
});

Deno.test("Bytes that are no UTF-8 are refused as damaged", async () => {
  const bytes = [...new TextEncoder().encode(`${HEAD}\n`), 0xff, 0xfe, 0x0a];
  const error = await assertRejects(() => load("bytes", [Uint8Array.from(bytes)], "kv"), FormatError);
  assertEquals(error.code, "damaged-file");
});

Deno.test("A message cuts what it found, however long it is", async () => {
  const error = await assertRejects(() =>
    load("long", bytesOf(`${HEAD}\n${"x".repeat(100_000)}`, 4096), "kv")
  );
  assert(error instanceof FormatError && error.message.length < 400, String(error).slice(0, 500));
});

Deno.test("What a damaged file holds is told without control characters", async () => {
  const error = await assertRejects(() =>
    load("odd", bytesOf("\u001b[2J\u0007\u0000 no history\t\u009b1m"), "kv")
  );
  assert(error instanceof FormatError);
  assert(error.message.endsWith("found \\u001b[2J\\u0007\\u0000 no history\t\\u009b1m"), error.message);
});

Deno.test("A file with fewer operations than its header promises is read, with a warning", async () => {
  const { warnings } = await load(
    "short",
    bytesOf(`{"format":"linhist-1","model":"kv","ops":3}\n${op()}\n`),
    "kv",
  );
  assertEquals(warnings, ["the header promises 3 operations, the file has 1: it may be cut short"]);
});

async function load(
  file: string,
  bytes: readonly Uint8Array[],
  model: string,
): Promise<{ warnings: readonly string[] }> {
  const opened = await openHistory(file, bytes);
  return await modelNamed(model, { file, line: 0 }).with({
    use: async (codec) => {
      const history = await loadOpened(codec, file, opened);
      return { warnings: history.warnings };
    },
  });
}

function bad(
  what: string,
  code: FormatErrorCode,
  line: number,
  says: string,
  lines: readonly string[],
  model = "kv",
): Bad {
  return { what, text: `${lines.join("\n")}\n`, model, code, line, says };
}

function op(fields: Readonly<Record<string, string | number>> = {}): string {
  return JSON.stringify({ c: 0, f: "get", k: "x", o: "", s: 0, e: 1, ...fields });
}

function etcd(process: string, type: string, f: string, argument: string): string {
  return `INFO  jepsen.util - ${process}\t:${type}\t:${f}\t${argument}`;
}
