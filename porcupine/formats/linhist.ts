import { FormatError, type Place } from "./errors.ts";
import type { LineBundle } from "./lines.ts";
import {
  ClientWatch,
  type Datum,
  isExact,
  type RawOperation,
  type RawResult,
  requireInstant,
  showDatum,
} from "./raw.ts";
import { repeatedName } from "./repeated_name.ts";

/** The first line of a linhist-1 file. */
export interface LinhistHeader {
  /** The model the history was recorded for, such as `kv`. */
  readonly model: string;
  /** How many operations the writer promised; `null` if it did not say. */
  readonly operations: number | null;
  /** Every field of the header, these two included. */
  readonly facts: { readonly [name: string]: Datum };
}

const LINE = 'a JSON object such as {"c":0,"f":"put","k":"x","v":"1","s":3,"e":7}';
const HEADER = 'the header {"format":"linhist-1","model":"kv"}';

/** Whether a line is the header of a linhist-1 file. */
export function isLinhistHeader(line: string): boolean {
  return line.startsWith("{") && line.includes('"linhist-1"');
}

/** Reads the header line. */
function parseLinhistHeader(text: string, place: Place): LinhistHeader {
  const fields = parseObject(text, place, HEADER);
  if (fields.format !== "linhist-1") {
    throw new FormatError("malformed-line", place, { expected: HEADER, found: text });
  }
  if (typeof fields.model !== "string") {
    throw new FormatError("malformed-line", place, { expected: "a model's name in the header", found: text });
  }
  return {
    model: fields.model,
    operations: typeof fields.ops === "number" ? fields.ops : null,
    facts: fields,
  };
}

/** What a reader tells besides the operations. */
export interface LinhistListener {
  header(header: LinhistHeader): void;
  /** Something odd that does not stop the reading, as a sentence; each is told once. */
  oddity(sentence: string): void;
}

/** The fields of an operation. */
const FIELDS: ReadonlySet<string> = new Set(["c", "f", "k", "v", "ver", "o", "s", "e"]);

/** Tells of the fields that mean nothing here: `end` for `e` would make every operation one without an answer. */
class StrangeFields {
  readonly #told = new Set<string>();
  readonly #listener: LinhistListener;

  constructor(listener: LinhistListener) {
    this.#listener = listener;
  }

  look(fields: { readonly [name: string]: Datum }, line: number): void {
    for (const name in fields) {
      if (FIELDS.has(name) || this.#told.has(name) || this.#told.size >= MOST_TOLD) continue;
      this.#told.add(name);
      const known = [...FIELDS].join(", ");
      this.#listener.oddity(
        `line ${line} has the field ${showDatum(name)}, which is passed by; an operation has ${known}`,
      );
    }
  }
}

/** More strange names than a reader wants to be told of are one mistake. */
const MOST_TOLD = 5;

/**
 * Reads linhist-1: a header line, then one operation a line in the order of calls. Yields as it reads; what it remembers
 * is one entry a client.
 */
export async function* readLinhist(
  file: string,
  bundles: AsyncIterable<LineBundle>,
  listener: LinhistListener,
): AsyncGenerator<readonly RawOperation[]> {
  const watch = new ClientWatch(file);
  const strange = new StrangeFields(listener);
  let headed = false;
  let lastCall = -Infinity;
  for await (const { first, lines } of bundles) {
    const operations: RawOperation[] = [];
    for (let i = 0; i < lines.length; i++) {
      const text = lines[i].trim();
      if (text === "") continue;
      const place = { file, line: first + i };
      if (!headed) {
        listener.header(parseLinhistHeader(text, place));
        headed = true;
        continue;
      }
      const fields = parseObject(text, place, LINE);
      if (fields.format !== undefined && fields.f === undefined) {
        const expected = "one header, in the first line: several histories are several files";
        throw new FormatError("malformed-line", place, { expected, found: text });
      }
      strange.look(fields, place.line);
      const operation = parseOperation(fields, place);
      if (operation.callAt < lastCall) {
        throw new FormatError("out-of-order", place, {
          expected: `operations in the order of their calls (s at least ${lastCall})`,
          found: `s ${operation.callAt}`,
        });
      }
      lastCall = operation.callAt;
      const until = operation.result.status === "ok" ? operation.result.at : Infinity;
      watch.call(operation.client, operation.callAt, until, place.line);
      operations.push(operation);
    }
    yield operations;
  }
}

function parseOperation(fields: { readonly [name: string]: Datum }, place: Place): RawOperation {
  const { f } = fields;
  if (typeof f !== "string") throw malformed(place, "an operation's name in f", f);
  const c = parseName(fields.c, "a client in c", place);
  const k = fields.k === undefined ? undefined : parseName(fields.k, "a key in k", place);
  const callAt = requireInstant(fields.s ?? null, "s", place);
  return {
    line: place.line,
    client: c,
    f,
    key: k === undefined ? null : String(k),
    argument: fields.v ?? null,
    version: fields.ver ?? null,
    callAt,
    result: parseResult(fields, callAt, place),
  };
}

/** A string or a number that names something: numbers that are not exact would give two things one name. */
function parseName(value: Datum | undefined, what: string, place: Place): number | string {
  if (typeof value === "string") return value;
  if (typeof value !== "number") throw malformed(place, what, value);
  if (isExact(value)) return value;
  throw malformed(place, `${what} within 2^53, or as a string`, value);
}

function parseResult(fields: { readonly [name: string]: Datum }, callAt: number, place: Place): RawResult {
  if (fields.e === undefined) {
    if (fields.o === undefined) return { status: "unknown" };
    throw malformed(place, "the time of return e beside the result o", undefined);
  }
  const at = requireInstant(fields.e, "e", place);
  if (at < callAt) {
    throw new FormatError("return-before-call", place, {
      expected: `e of at least ${callAt}`,
      found: `e ${at}`,
    });
  }
  return { status: "ok", value: fields.o ?? null, at, line: place.line };
}

function malformed(place: Place, expected: string, found: Datum | undefined): FormatError {
  return new FormatError("malformed-line", place, {
    expected,
    found: found === undefined ? "nothing" : showDatum(found),
  });
}

function parseObject(text: string, place: Place, expected: string): { readonly [name: string]: Datum } {
  let value: Datum;
  try {
    value = JSON.parse(text);
  } catch {
    throw new FormatError("malformed-line", place, { expected, found: text });
  }
  if (value === null || typeof value !== "object" || isList(value)) {
    throw new FormatError("malformed-line", place, { expected, found: text });
  }
  const twice = repeatedName(text, Object.keys(value).length);
  if (twice === undefined) return value;
  const found = `${showDatum(twice)} twice in ${text}`;
  throw new FormatError("malformed-line", place, { expected: "each field once", found });
}

function isList(value: Datum): value is readonly Datum[] {
  return Array.isArray(value);
}
