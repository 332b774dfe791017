import { FormatError, type Place } from "./errors.ts";
import { EventPairs } from "./event_pairs.ts";
import type { LineBundle } from "./lines.ts";
import { type Datum, type RawOperation, showDatum } from "./raw.ts";

/** The line shape of the logs that jepsen wrote while it tested etcd: process, type, operation, argument. */
const SHAPE = /^INFO\s+jepsen\.util - (\d+)\s+:(invoke|ok|fail|info)\s+:(\S+)\s+(\S.*?)\s*$/;

/**
 * What looks like an event without being one, whatever has become of the rest; the nemesis's are no operations. Nobody else
 * invokes anything, or has the word of an operation after another one: that alone is enough, however damaged the line is.
 */
const LIKE =
  /jepsen\.util\b(?! - :nemesis\b)|\d\s+:(invoke|ok|fail|info)\b|:\S+\s+:(read|write|cas)\b|(?<!:nemesis\s+:?)(:\w*invoke|invoke\s+:)/;

/** Whether a line is an event of such a log. */
export function isEtcdLine(line: string): boolean {
  return SHAPE.test(line);
}

/**
 * Reads the etcd logs of jepsen. They carry no times: the position of an event is its time. Lines of other shapes are
 * skipped, because the logs hold whatever the test program printed. One that looks like an event and is none is refused: were it
 * passed by, an answer that came would count as lost, which explains what cannot be explained.
 *
 * A failed compare-and-set took place and changed nothing. A read that timed out says nothing and is dropped. A write or
 * compare-and-set that timed out may take effect later or never.
 */
export async function* readEtcdLog(
  file: string,
  bundles: AsyncIterable<LineBundle>,
): AsyncGenerator<readonly RawOperation[]> {
  const pairs = new EventPairs(file);
  for await (const { first, lines } of bundles) {
    for (let i = 0; i < lines.length; i++) {
      const place = { file, line: first + i };
      const match = SHAPE.exec(lines[i]);
      if (match === null) {
        if (LIKE.test(lines[i])) throw malformed(place, lines[i]);
        continue;
      }
      const [, process, type, f, argument] = match;
      // Two lines of which the end between them is lost.
      if (LIKE.test(argument)) throw malformed(place, lines[i]);
      const client = Number(process);
      if (f !== "read" && f !== "write" && f !== "cas") {
        throw new FormatError("unknown-operation", place, {
          expected: ":read, :write or :cas",
          found: `:${f}`,
        });
      }
      if (type === "invoke") {
        pairs.call(
          { client, f, key: null, argument: f === "read" ? null : parseArgument(argument, place) },
          place,
        );
      } else if (type === "info") pairs.lose(client, f, place);
      else if (type === "fail" && f !== "cas") pairs.drop(client, f, place);
      else {
        const shown = parseArgument(argument, place);
        const value = f === "read" ? shown : f === "cas" ? type === "ok" : null;
        const call = pairs.close(client, f, value, place);
        // What was asked stands in both lines: where they differ, one of them is damaged.
        if (f !== "read" && showDatum(call.argument) !== showDatum(shown)) {
          const expected = `${f} ${showDatum(call.argument)}, as it was called in line ${call.line}`;
          throw new FormatError("malformed-line", place, { expected, found: lines[i] });
        }
      }
    }
    yield pairs.take();
  }
  yield pairs.finish();
}

function malformed(place: Place, found: string): FormatError {
  const expected = "an event such as INFO  jepsen.util - 3 :invoke :read nil";
  return new FormatError("malformed-line", place, { expected, found });
}

function parseArgument(text: string, place: Place): Datum {
  if (text === "nil") return null;
  if (/^-?\d+$/.test(text)) return integer(text);
  const pair = /^\[(-?\d+) (-?\d+)\]$/.exec(text);
  if (pair !== null) return [integer(pair[1]), integer(pair[2])];
  throw new FormatError("malformed-line", place, { expected: "nil, an integer or [from to]", found: text });
}

/** Beyond 2^53 the text stands for the number, so that different ones stay different. */
function integer(text: string): number | string {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : text;
}
