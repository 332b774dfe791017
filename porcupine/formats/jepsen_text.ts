import type { Form } from "./edn_forms.ts";
import { FormatError } from "./errors.ts";
import type { LineBundle } from "./lines.ts";

/** Process, type, f and value, with tabs between them; an error may follow. */
const EVENT = /^(:?[\w.$#-]+) *\t *(:(?:invoke|ok|fail|info)) *\t *(:[^\s,"()[\]{}]+) *\t([^\t]*)/;

/** Whether a line is one of a `history.txt`. */
export function isJepsenTextLine(line: string): boolean {
  return EVENT.test(line);
}

/**
 * The events of a `history.txt`, as jepsen leaves it beside each `history.edn`: one a line, process, type, f and value with tabs
 * between them. A value is EDN, in which a tab is written `\t`; what is behind it, the error, says nothing of what happened.
 */
export function* textForms(file: string, { first, lines }: LineBundle): Generator<Form> {
  for (let i = 0; i < lines.length; i++) {
    if (lines[i].trim() === "") continue;
    const found = EVENT.exec(lines[i]);
    if (found === null) {
      throw new FormatError("malformed-line", { file, line: first + i }, {
        expected: "process, type, f and value with tabs between them, as in 0\\t:invoke\\t:read\\tnil " +
          "(an error of several lines is whole in the history.edn beside it: give that)",
        found: lines[i],
      });
    }
    const [, process, type, f, value] = found;
    yield { text: `{:process ${process}, :type ${type}, :f ${f}, :value ${value}\n}`, line: first + i };
  }
}
