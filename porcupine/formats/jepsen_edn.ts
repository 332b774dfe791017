import { type Edn, EdnError, EdnMap, parseEdn } from "./edn.ts";
import { type Form, FormCutter } from "./edn_forms.ts";
import { FormatError, type Place } from "./errors.ts";
import { textForms } from "./jepsen_text.ts";
import { EventPairs } from "./event_pairs.ts";
import type { LineBundle } from "./lines.ts";
import { type Datum, type RawOperation, showDatum } from "./raw.ts";

/** Whether a line may begin a history in EDN: a map of an event, or a bracket, which may be closed at once. */
export function isEdnStart(line: string): boolean {
  return /^\s*[[(]?\s*(#[\w.$/-]+\s*)?\{\s*:/.test(line) || /^\s*[[(]\s*[\])]?\s*(;.*)?$/.test(line);
}

const EVENT = "an operation such as {:process 0, :type :invoke, :f :read, :value nil}";

/**
 * Reads a history of jepsen or knossos in EDN, or, with `text`, a `history.txt`; also the logs of key-value tests, which are EDN
 * with a `:key`.
 *
 * The position of an event is its time (`:time` is when the test program wrote it down, not when it happened). By jepsen's
 * contract `:fail` means that the operation did not take place: it is dropped. `:info` means that nobody knows. Events of
 * the nemesis are skipped. A value `[key value]` is an independent key if the first call of the history shows it.
 *
 * Of transactions a value is a list of steps, and one that failed is kept, with the answer `"failed"`: somebody may have read
 * what it wrote.
 */
export async function* readJepsen(
  file: string,
  bundles: AsyncIterable<LineBundle>,
  { transactions, text }: { readonly transactions: boolean; readonly text: boolean },
): AsyncGenerator<readonly RawOperation[]> {
  const reader = new HistoryReader(file, transactions);
  const cutter = new FormCutter(file);
  for await (const bundle of bundles) {
    for (const form of text ? textForms(file, bundle) : cutter.cut(bundle)) reader.event(form);
    yield reader.pairs.take();
  }
  cutter.finish();
  yield reader.pairs.finish();
}

class HistoryReader {
  readonly pairs: EventPairs;
  readonly #file: string;
  /** Whether values are `[key value]`, as jepsen.independent writes them; settled by the first call. */
  #independent: boolean | undefined;

  readonly #transactions: boolean;
  readonly #discards = new Discards();

  constructor(file: string, transactions: boolean) {
    this.#file = file;
    this.#transactions = transactions;
    this.pairs = new EventPairs(file);
  }

  event({ text, line }: Form): void {
    const place = { file: this.#file, line };
    const kept = this.#discards.keep(text, place);
    if (kept === null) return;
    const event = parseMap(kept, place);
    const client = event.get(":process");
    // Other names are clients: were they passed by, a history without an operation would be linearizable.
    if (client === ":nemesis") return;
    if (typeof client !== "number" && typeof client !== "string") {
      throw malformed(place, "a process in :process", text);
    }
    const type = event.get(":type");
    const f = name(event.get(":f"), place, text);
    const { key, value } = this.#split(event, f);
    if (type === ":invoke") {
      this.pairs.call({ client, f, key, argument: value }, place);
    } else if (type === ":info") this.pairs.lose(client, f, place);
    else if (type === ":fail" && this.#transactions) this.pairs.close(client, f, "failed", place);
    else if (type === ":fail") this.pairs.drop(client, f, place);
    else if (type === ":ok") {
      const call = this.pairs.close(client, f, f === "cas" ? true : value, place);
      requireSame(call, { key, value }, place);
    } else throw malformed(place, ":type :invoke, :ok, :fail or :info", text);
  }

  #split(event: EdnMap, f: string): { key: string | null; value: Datum } {
    if (this.#transactions) return { key: null, value: datum(withoutColons(event.get(":value"))) };
    const value = datum(event.get(":value"));
    const named = event.get(":key");
    if (named !== null) {
      return { key: typeof named === "string" ? named : JSON.stringify(datum(named)), value };
    }
    const pair = Array.isArray(value) && value.length === 2 ? value : undefined;
    // [0 nil] of a read and [0 [1 2]] of a cas are a key and a value; the bare forms are nil and [1 2].
    this.#independent ??= pair !== undefined && (f === "cas" ? Array.isArray(pair[1]) : true);
    if (!this.#independent || pair === undefined) return { key: null, value };
    return { key: keyText(pair[0]), value: pair[1] };
  }
}

/** Operations whose answers repeat what was asked. */
const REPEATED: ReadonlySet<string> = new Set(["write", "put", "cas", "enqueue"]);

/** What stands in both lines, call and answer: where they differ, one of them is damaged, or its answer is somebody else's. */
function requireSame(
  call: RawOperation,
  { key, value }: { readonly key: string | null; readonly value: Datum },
  place: Place,
): void {
  const isOther = REPEATED.has(call.f) && value !== null && showDatum(value) !== showDatum(call.argument);
  if (!isOther && (key === null || key === call.key)) return;
  const shown = (key: string | null, value: Datum): string =>
    `${call.f} ${showDatum(value)}${key === null ? "" : ` of key ${key}`}`;
  const expected = `the answer to ${shown(call.key, call.argument)}, as it was called in line ${call.line}`;
  throw malformed(place, expected, shown(key, value));
}

/** Follows `#_`, which throws away the next value: two of them reach beyond what looks like the end of the first form. */
class Discards {
  #begun = "";

  /** The text of an event; `null` if nothing is left of it, or it is not over yet. */
  keep(text: string, place: Place): string | null {
    if (this.#begun === "" && !text.startsWith("#_")) return text;
    const all = this.#begun + text;
    this.#begun = "";
    try {
      // The bracket is what a discard runs into that has nothing to throw away yet.
      const kept = parseEdn(`[${all}\n]`);
      return isList(kept) && kept.length === 0 ? null : all;
    } catch (error) {
      if (!(error instanceof EdnError)) throw error;
      if (error.at <= all.length) throw malformed(place, EVENT, `${error.message}: ${text}`);
      this.#begun = `${all}\n`;
      return null;
    }
  }
}

function parseMap(text: string, place: Place): EdnMap {
  let value: Edn;
  try {
    value = parseEdn(text);
  } catch (error) {
    if (!(error instanceof EdnError)) throw error;
    throw new FormatError("malformed-line", place, { expected: EVENT, found: `${error.message}: ${text}` });
  }
  if (!(value instanceof EdnMap)) throw malformed(place, EVENT, text);
  return value;
}

/** The keys 1 and "1" are two. */
function keyText(key: Datum): string {
  return typeof key === "string" && !/^(-?\d|[[{]|(true|false|null)$)/.test(key) ? key : JSON.stringify(key);
}

function name(f: Edn, place: Place, text: string): string {
  if (typeof f !== "string" || f === ":" || f === "") {
    throw malformed(place, "an operation's name in :f", text);
  }
  return f.startsWith(":") ? f.slice(1) : f;
}

function malformed(place: Place, expected: string, found: string): FormatError {
  return new FormatError("malformed-line", place, { expected, found });
}

function datum(value: Edn): Datum {
  if (value instanceof EdnMap) {
    return Object.fromEntries(
      [...value.entries].map(([key, entry]) => [key.replace(/^:/, ""), datum(entry)]),
    );
  }
  return isList(value) ? value.map(datum) : value;
}

/** Steps such as `[:append :x 1]` in plain words. */
function withoutColons(steps: Edn): Edn {
  if (!isList(steps)) return steps;
  return steps.map((step) =>
    isList(step) ? step.map((word) => typeof word === "string" ? word.replace(/^:/, "") : word) : step
  );
}

function isList(value: Edn): value is readonly Edn[] {
  return Array.isArray(value);
}
