import { assert, assertEquals } from "@std/assert";
import { FormatError, loadOpened, modelNamed, openHistory } from "../../../porcupine/mod.ts";
import { Random } from "../fuzz/random.ts";
import { linhistText, simulate, specOf } from "../generate.ts";
import { bytesOf, gzip } from "./texts.ts";

const SEEDS = 150;

const ETCD = [
  "INFO  jepsen.util - 0\t:invoke\t:write\t3",
  "INFO  jepsen.util - 1\t:invoke\t:cas\t[3 4]",
  "INFO  jepsen.util - 0\t:ok\t:write\t3",
  "INFO  jepsen.util - 1\t:fail\t:cas\t[3 4]",
  "INFO  jepsen.util - 2\t:invoke\t:read\tnil",
  "INFO  jepsen.util - 2\t:info\t:read\t:timed-out",
];
const EDN = [
  "[{:process 0, :type :invoke, :f :write, :value 1}",
  '{:process 0, :type :ok, :f :write, :value 1, :error "a \\"b\\""}',
  "{:process 1, :type :invoke, :f :cas, :value [1 2]} ; swap",
  "#op {:process 1, :type :fail, :f :cas, :value [1 2]}",
  "{:process 2, :type :info, :f :read, :value #{1}}]",
];
const KV = [
  '{:process 0, :type :invoke, :f :put, :key "x", :value "1"}',
  '{:process 1, :type :invoke, :f :append, :key "x", :value "2"}',
  '{:process 0, :type :ok, :f :put, :key "x", :value "1"}',
  '{:process 2, :type :invoke, :f :get, :key "x", :value nil}',
  '{:process 1, :type :ok, :f :append, :key "x", :value "2"}',
  '{:process 2, :type :ok, :f :get, :key "x", :value "12"}',
];

for (
  const { name, model, text } of [
    { name: "linhist-1", model: "kvv", text: linhist() },
    { name: "etcd log", model: "register", text: ETCD.join("\n") },
    { name: "EDN", model: "register", text: EDN.join("\n") },
    { name: "kv log", model: "kv", text: KV.join("\n") },
  ]
) {
  Deno.test(`A damaged ${name} file is read, or refused with file and line, and nothing else, seeds 1 to ${SEEDS}`, async () => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const random = new Random(seed);
      let damaged = text;
      for (let left = 1 + random.below(3); left > 0; left--) damaged = damage(damaged, random);
      const read = await attempt(`seed ${seed}`, model, bytesOf(damaged, 1 + random.below(50)), damaged);
      // A call that is passed by without a word could make a wrong history a right one.
      const calls = callsIn(damaged);
      if (read !== "refused" && calls !== undefined) assertEquals(read, calls, `seed ${seed}\n${damaged}`);
    }
  });
}

Deno.test(`A packed file with damaged bytes is read, or refused, and nothing else, seeds 1 to ${SEEDS}`, async () => {
  const packed = await gzip(linhist());
  for (let seed = 1; seed <= SEEDS; seed++) {
    const random = new Random(seed);
    const bytes = packed.slice(0, random.below(4) === 0 ? random.below(packed.length) : packed.length);
    for (let left = random.below(3); left > 0 && bytes.length > 0; left--) {
      bytes[random.below(bytes.length)] = random.below(256);
    }
    await attempt(`seed ${seed}`, "kvv", [bytes], "(packed)");
  }
});

function linhist(): string {
  const spec = specOf({ model: "kvv", ops: 12, clients: 3, seed: 2, maybe: 0.3, crashed: 1 });
  return linhistText(spec, simulate(spec).ok);
}

async function attempt(
  what: string,
  model: string,
  bytes: readonly Uint8Array[],
  text: string,
): Promise<number | "refused"> {
  try {
    const opened = await openHistory("damaged", bytes);
    return await modelNamed(model, { file: "damaged", line: 0 }).with({
      use: async (codec) => (await loadOpened(codec, "damaged", opened)).operations.length,
    });
  } catch (error) {
    const known = error instanceof FormatError;
    assert(known, `${what}: ${error}\n${text}`);
    assert(error.file === "damaged" && error.line >= 0, `${what}: ${error.message}`);
    assert(error.message.startsWith("damaged"), `${what}: ${error.message}`);
    return "refused";
  }
}

/** The calls that a person would count; `undefined` where notes and thrown away forms leave it open. */
function callsIn(text: string): number | undefined {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const having = (pattern: RegExp): number => lines.filter((line) => pattern.test(line)).length;
  if (text.includes("linhist-1")) return lines.length - 1;
  if (text.includes("jepsen.util")) return having(/invoke/) - having(/:fail\s+:(read|write)/);
  // Two events in a line, or one in two, are as good.
  return undefined;
}

/** One small accident: letters lost, doubled, changed; lines swapped, repeated, cut off. */
function damage(text: string, random: Random): string {
  const at = random.below(text.length + 1);
  const length = 1 + random.below(5);
  const lines = text.split("\n");
  const line = random.below(lines.length);
  switch (random.below(7)) {
    case 0:
      return text.slice(0, at) + text.slice(at + length);
    case 1:
      return text.slice(0, at) + text.slice(Math.max(0, at - length), at) + text.slice(at);
    case 2:
      return text.slice(0, at) +
        random.pick(['"', "{", "]", "\\", "-", "9e999", ":", "\n", "\u0000", "é", "#", "null"]) +
        text.slice(at);
    case 3:
      return text.slice(0, at);
    case 4:
      return lines.toSpliced(line, 1).join("\n");
    case 5:
      return lines.toSpliced(line, 0, lines[random.below(lines.length)]).join("\n");
    default:
      return text.replace(
        random.pick(["0", "1", "invoke", ":ok", '"s"', "write", "put"]),
        random.pick(["", "x", "-1", "1e400"]),
      );
  }
}
