import { FormatError, type Place } from "./errors.ts";
import type { LineBundle } from "./lines.ts";
import {
  ClientWatch,
  type Datum,
  type RawOperation,
  type RawResult,
  requireInstant,
  showDatum,
} from "./raw.ts";

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
export function parseLinhistHeader(text: string, place: Place): LinhistHeader {
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
}

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
      const operation = parseOperation(text, place);
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

function parseOperation(text: string, place: Place): RawOperation {
  const fields = parseObject(text, place, LINE);
  const { c, f, k } = fields;
  if (typeof c !== "number" && typeof c !== "string") throw malformed(place, "a client in c", c);
  if (typeof f !== "string") throw malformed(place, "an operation's name in f", f);
  if (k !== undefined && typeof k !== "string" && typeof k !== "number") {
    throw malformed(place, "a key in k", k);
  }
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
  return value;
}

function isList(value: Datum): value is readonly Datum[] {
  return Array.isArray(value);
}
