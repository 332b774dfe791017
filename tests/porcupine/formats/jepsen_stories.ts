/** Small histories in the style of jepsen's own suites, each with what must come of it. */

/** What a history turns out to be: a verdict, or a refusal at a line. */
export type Fate = "ok" | "illegal" | { readonly line: number; readonly says: string };

/** A history, and its fate. */
export interface Story {
  readonly what: string;
  readonly model: string;
  readonly lines: readonly string[];
  readonly fate: Fate;
  readonly facts?: {
    readonly [name: string]: number | { readonly [name: string]: number } | readonly number[];
  };
}

type Process = number | string;

function event(type: string, process: Process, f: string, value: string | number, more = ""): string {
  return `{:process ${process}, :type :${type}, :f :${f}, :value ${value}${more}}`;
}

/** A call and its end. */
function done(process: Process, f: string, asked: string | number, answered = asked, type = "ok"): string[] {
  return [event("invoke", process, f, asked), event(type, process, f, answered)];
}

const write = (process: Process, value: string | number): string[] => done(process, "write", value);
const read = (process: Process, value: string | number): string[] => done(process, "read", "nil", value);

const NEMESIS =
  '{:type :info, :process :nemesis, :f :start-partition, :value nil, :time 12, :error #error {:cause "x" :via ' +
  '[{:type java.lang.Exception :at [a.b$c__1 invoke "f.clj" 3]}]}}';

function story(model: string, what: string, lines: readonly string[], fate: Fate): Story {
  return { what, model, lines, fate };
}

function refused(line: number, says: string): Fate {
  return { line, says };
}

const CALLS: readonly Story[] = [
  story("register", "a late :info took effect or not", [
    ...write(0, 1),
    event("invoke", 1, "write", 2),
    ...read(0, 1),
    event("info", 1, "write", 2, ", :error :timeout"),
    ...read(2, 1),
    ...read(0, 2),
  ], "ok"),
  story("register", "a late :info cannot be undone", [
    ...write(0, 1),
    event("invoke", 1, "write", 2),
    ...read(0, 2),
    event("info", 1, "write", 2),
    ...read(2, 1),
  ], "illegal"),
  story("register", "a crashed process comes back under another number", [
    ...done(0, "write", 1, 1, "info"),
    ...write(5, 2),
    ...read(5, 1),
  ], "ok"),
  story("register", "a crashed process comes back as itself", [
    ...done(0, "write", 1, 1, "info"),
    ...write(0, 2),
  ], refused(3, "one open call for each client")),
  story("register", "what the nemesis does is no operation", [
    NEMESIS,
    ...write(0, 1),
    NEMESIS,
    ...read(0, 2),
  ], "illegal"),
  story("register", "processes with names are clients", [...write(":a", 1), ...read(":b", 2)], "illegal"),
  story("register", "a failed write is read", [...done(1, "write", 2, 2, "fail"), ...read(0, 2)], "illegal"),
  story("register", "an answer without a call", read(3, 1).slice(1), refused(1, "an open read of client 3")),
  story(
    "register",
    "an answer to another write",
    done(0, "write", 1, 2),
    refused(2, "as it was called in line 1"),
  ),
  story("register", "no process", ["{:type :invoke, :f :read}"], refused(1, "a process in :process")),
  story(
    "register",
    "strings for keywords",
    ['{:process 1, :type "invoke", :f "read"}'],
    refused(1, ":type :invoke"),
  ),
];

const NOTATION: readonly Story[] = [
  story("register", "a vector of maps", [`[${[...write(0, 1), ...read(1, 2)].join(" ")}]`], "illegal"),
  story("register", "maps over several lines with comments", [
    "; history {",
    "{:process 0",
    "  :type :invoke ; } the call",
    "  :f :write, :value 1}",
    ...write(0, 1).slice(1),
    ...read(1, 2),
  ], "illegal"),
  story("register", "jepsen's tagged operations, with keywords of namespaces", [
    `#jepsen.history.Op${event("invoke", 0, "write", 1, ", :index 0, :jepsen.client/node :a.b/c")}`,
    `#jepsen.history.Op${event("ok", 0, "write", 1)}`,
    ...read(1, 2),
  ], "illegal"),
  story("register", "an object with an address in an error", [
    ...done(0, "write", 1, 1, "info").map((line) =>
      line.replace("}", ', :error #object[java.net.Foo 0x1f5e7a "java.net.Foo@1f5e7a"]}')
    ),
    ...read(1, 1),
  ], "ok"),
  story("register", "a form thrown away", [...write(0, 1), `#_${read(1, 2)[0]}`, ...read(1, 2)], "illegal"),
  story("register", "a word thrown away before an answer", [
    ...write(0, 1),
    read(1, 2)[0],
    `#_:note ${read(1, 2)[1]}`,
  ], "illegal"),
  story(
    "register",
    "a text thrown away on a line of its own",
    [...write(0, 1), '#_"note"', ...read(1, 2)],
    "illegal",
  ),
  story("register", "two forms thrown away at once", [
    ...write(0, 1),
    "#_ #_ {:a 1}",
    "{:b 2}",
    ...read(1, 2),
  ], "illegal"),
  story("register", "a value thrown away inside", [...write(0, "#_5 1"), ...read(1, 1)], "ok"),
  story("register", "a discard that throws nothing away", ["#_]"], refused(1, "an operation such as")),
  story(
    "register",
    "a form that does not end",
    [...write(0, 1), "{:process 1 :type :invoke"],
    refused(3, "the end of the form"),
  ),
];

const VALUES: readonly Story[] = [
  ["9007199254740993", "9007199254740993", "ok"],
  ["9007199254740993", "9007199254740992", "illegal"],
  ["123456789012345678901234567890N", "123456789012345678901234567890", "ok"],
  ["1.00000000000000000001M", "1.0M", "illegal"],
  ["0.1M", "0.1", "ok"],
  ["-5", "-5", "ok"],
  ["-0", "0", "ok"],
  ["1e3", "1000", "ok"],
  ["0x1F", "31", "ok"],
  ["1/3", "1/3", "ok"],
  ["1/3", "2/3", "illegal"],
  [":a/b", ":a/b", "ok"],
  [String.raw`"a\"b\\\n\u0041;{"`, String.raw`"a\"b\\` + String.raw`\nA;{"`, "ok"],
  [String.raw`"a\"b"`, '"ab"', "illegal"],
  [String.raw`\}`, String.raw`\{`, "illegal"],
  [String.raw`\;`, '";"', "ok"],
  [String.raw`\newline`, String.raw`"\n"`, "ok"],
].map(([written, found, fate]) =>
  story(
    "register",
    `${written} is written, ${found} read`,
    [...write(0, written), ...read(1, found)],
    fate === "ok" ? "ok" : "illegal",
  )
);

const ODD_VALUES: readonly Story[] = [
  story("register", "a number that is octal to some", write(0, "017"), refused(1, "017 is not a number")),
  story("register", "a number without an end", write(0, "##Inf"), refused(1, "a finite number")),
  story("register", "a list in a register", read(0, "[1 2]"), refused(2, "a number, a string or null")),
];

const OBJECTS: readonly Story[] = [
  story("cas-register", "a swap from another value", [...write(0, 1), ...done(1, "cas", "[3 2]")], "illegal"),
  story("cas-register", "a swap that failed", [
    ...write(0, 1),
    ...done(1, "cas", "[1 2]", "[1 2]", "fail"),
    ...read(0, 1),
  ], "ok"),
  story(
    "register",
    "independent keys",
    [...done(0, "write", "[:x 1]"), ...done(0, "read", "[:y nil]")],
    "ok",
  ),
  story("register", "one of several independent keys is wrong", [
    ...done(0, "write", "[:x 1]"),
    ...done(1, "read", "[:y nil]"),
    ...done(0, "read", "[:x nil]"),
  ], "illegal"),
  story("register", 'the keys 1 and "1" are two', [
    ...done(0, "write", "[1 5]"),
    ...done(0, "read", '["1" nil]'),
  ], "ok"),
  story(
    "register",
    "an answer for another key",
    done(0, "read", "[:x nil]", "[:y nil]"),
    refused(2, "of key :x"),
  ),
  story("cas-register", "independent swaps", [
    ...done(0, "read", "[0 nil]", "[0 nil]"),
    ...done(0, "cas", "[0 [1 2]]"),
  ], "illegal"),
  story("set", "a lost element", [
    ...done(0, "add", 1),
    ...done(1, "add", 2),
    ...done(0, "read", "nil", "#{2}"),
  ], "illegal"),
  story("set", "an element that may be lost", [
    ...done(0, "add", 1),
    ...done(1, "add", 2, 2, "info"),
    ...done(0, "read", "nil", "#{1}"),
  ], "ok"),
  story("queue", "the wrong order", [
    ...done(0, "enqueue", 1),
    ...done(0, "enqueue", 2),
    ...done(1, "dequeue", "nil", 2),
  ], "illegal"),
  story("fifo-queue", "a dequeue that failed", [
    ...done(0, "enqueue", 1),
    ...done(1, "dequeue", "nil", 1),
    ...done(1, "dequeue", "nil", "nil", "fail"),
  ], "ok"),
  story("mutex", "two holders", [...done(0, "acquire", "nil"), ...done(1, "acquire", "nil")], "illegal"),
  story(
    "counter",
    "a sum",
    [...done(0, "add", 5), ...done(0, "add", -2), ...done(1, "read", "nil", 3)],
    "ok",
  ),
  story("list-append", "an append that nobody sees", [
    ...done(0, "txn", "[[:append :x 1]]"),
    ...done(1, "txn", "[[:r :x nil]]"),
  ], "illegal"),
  story("list-append", "a failed append is read", [
    ...done(0, "txn", "[[:append 1 1]]", "[[:append 1 1]]", "fail"),
    ...done(1, "txn", "[[:r 1 nil]]", "[[:r 1 [1]]]"),
  ], "illegal"),
  story("rw-register", "a read of a write", [
    ...done(0, "txn", "[[:w :x 1]]"),
    ...done(1, "txn", "[[:r :x nil]]", "[[:r :x 1]]"),
  ], "ok"),
];

const TRANSFER = "{:from 0, :to 1, :amount 5}";

const BANK: readonly Story[] = [
  ["{0 5, 1 15}", { "0": 10, "1": 10 }, "ok"],
  ["{0 10, 1 15}", { "0": 10, "1": 10 }, "illegal"],
  ["[5 15]", [10, 10], "ok"],
  ["[10 15]", [10, 10], "illegal"],
].map(([found, accounts, fate]) => ({
  what: `a bank with ${JSON.stringify(accounts)} and a transfer of 5 holds ${found}`,
  model: "bank",
  lines: [...done(0, "transfer", TRANSFER), ...done(1, "read", "nil", String(found))],
  fate: fate === "ok" ? "ok" : "illegal",
  facts: { accounts: typeof accounts === "string" ? {} : accounts },
}));

/** All of them. */
export const STORIES: readonly Story[] = [
  ...CALLS,
  ...NOTATION,
  ...VALUES,
  ...ODD_VALUES,
  ...OBJECTS,
  ...BANK,
];
