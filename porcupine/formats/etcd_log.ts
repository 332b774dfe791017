import { FormatError, type Place } from "./errors.ts";
import { EventPairs } from "./event_pairs.ts";
import type { LineBundle } from "./lines.ts";
import type { Datum, RawOperation } from "./raw.ts";

/** The line shape of the logs that jepsen wrote while it tested etcd: process, type, operation, argument. */
const SHAPE = /^INFO\s+jepsen\.util - (\d+)\s+:(invoke|ok|fail|info)\s+:(\S+)\s+(\S.*?)\s*$/;

/** How an event begins: what follows may have been cut off. */
const START = /^INFO\s+jepsen\.util - \d+\s+:(invoke|ok|fail|info)\b/;

/** Whether a line is an event of such a log. */
export function isEtcdLine(line: string): boolean {
  return SHAPE.test(line);
}

/**
 * Reads the etcd logs of jepsen. They carry no times: the position of an event is its time. Lines of other shapes are
 * skipped, because the logs hold whatever the test program printed; those that are half an event are told to `oddity`.
 *
 * A failed compare-and-set took place and changed nothing. A read that timed out says nothing and is dropped. A write or
 * compare-and-set that timed out may take effect later or never.
 */
export async function* readEtcdLog(
  file: string,
  bundles: AsyncIterable<LineBundle>,
  oddity: (sentence: string) => void = () => {},
): AsyncGenerator<readonly RawOperation[]> {
  const pairs = new EventPairs(file);
  for await (const { first, lines } of bundles) {
    for (let i = 0; i < lines.length; i++) {
      const match = SHAPE.exec(lines[i]);
      if (match === null) {
        if (START.test(lines[i])) {
          oddity(`line ${first + i} begins like an event and is none; it is passed by`);
        }
        continue;
      }
      const [, process, type, f, argument] = match;
      const place = { file, line: first + i };
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
      else if (type === "ok") {
        const value = f === "read" ? parseArgument(argument, place) : f === "cas" ? true : null;
        pairs.close(client, f, value, place);
      } else if (f === "cas") pairs.close(client, f, false, place);
      else pairs.drop(client, f, place);
    }
    yield pairs.take();
  }
  yield pairs.finish();
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
