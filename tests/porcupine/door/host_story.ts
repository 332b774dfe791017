import {
  Checker,
  checkEvents,
  checkInParallel,
  checkLevels,
  checkOperations,
  type HistoryEvent,
  kvCodec,
  type KvInput,
  kvModel,
  type KvOutput,
  loadHistory,
  lockModel,
  Recorder,
  registerModel,
  renderHtml,
  writeLinhist,
} from "../../../porcupine/mod.ts";
import { simulate, specOf } from "../generate.ts";
import { kvOperation, registerOperation } from "../generate/operations.ts";

/**
 * Everything behind the checker's door, used once; what came of it, as a text that is the same on every host: in Deno, in
 * Node, in a browser.
 */
export async function tellStory(): Promise<string> {
  const lines: unknown[] = [];
  const hard = simulate(specOf({ clients: 14, ops: 300, reads: 1 / 3, cas: 1 / 3, values: 5, seed: 5 }));
  for (const records of [hard.ok, hard.bad ?? []]) {
    const operations = records.map(registerOperation);
    lines.push(checkOperations(registerModel(), operations));
    lines.push(await checkInParallel(registerModel(), operations));
    lines.push(checkOperations(registerModel(), operations, { strategy: "search" }));
  }
  const kv = simulate(specOf({ model: "kv", clients: 5, ops: 400, keys: 3, crashed: 3, seed: 2 }));
  const operations = (kv.bad ?? kv.ok).map(kvOperation);
  const verdict = checkOperations(kvModel(), operations);
  lines.push(verdict, checkLevels(kvModel(), operations, { timeLimitMs: Infinity }));
  lines.push(checkOperations(lockModel({ tokens: "increasing" }), []));
  lines.push(renderHtml({ model: kvModel(), operations }, verdict, { title: "A store" }).length);
  lines.push(...await throughFiles(writeLinhist(kvCodec, operations, { seed: 2 })));
  lines.push(...online(), await recorded());
  return lines.map((line) => JSON.stringify(line)).join("\n");
}

async function throughFiles(text: string): Promise<unknown[]> {
  const plain = new TextEncoder().encode(text);
  const packed = new Blob([plain]).stream().pipeThrough(new CompressionStream("gzip"));
  const bytes = new Uint8Array(await new Response(packed).arrayBuffer());
  const found: unknown[] = [text.length];
  for (const source of [plain, bytes]) {
    const history = await loadHistory(kvCodec, "store.jsonl", [source]);
    found.push(checkOperations(history.model, history.operations, { explain: "verdict" }).kind);
  }
  return found;
}

const EVENTS: readonly HistoryEvent<KvInput, KvOutput>[] = [
  { kind: "call", operation: 1, client: "ann", input: { f: "put", key: "x", value: "1" } },
  { kind: "return", operation: 1, output: { f: "put" } },
  { kind: "call", operation: 2, client: "bob", input: { f: "get", key: "x" } },
  { kind: "return", operation: 2, output: { f: "get", value: "" } },
];

function online(): unknown[] {
  const checker = new Checker(kvModel());
  return [checkEvents(kvModel(), EVENTS), ...EVENTS.map((event) => checker.feed(event))];
}

async function recorded(): Promise<unknown> {
  const recorder = new Recorder<KvInput, KvOutput>();
  await recorder.run("ann", { f: "put", key: "x", value: "1" }, () => Promise.resolve({ f: "put" }));
  return recorder.operations;
}
