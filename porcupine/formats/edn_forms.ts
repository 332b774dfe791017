import { FormatError } from "./errors.ts";
import type { LineBundle } from "./lines.ts";

/** The text of one top-level form and the line on which it starts. */
export interface Form {
  readonly text: string;
  readonly line: number;
}

/**
 * Cuts a stream of lines into the maps it consists of. A history is one map after another, or one vector (or list) of
 * maps; the outer bracket is skipped, so that a file of any length is read map by map.
 */
export class FormCutter {
  readonly #file: string;
  /** What is open inside the current form. */
  #depth = 0;
  #inString = false;
  #wrapper: { closer: string; line: number } | undefined;
  #ended = false;
  #pieces: string[] = [];
  #startLine = 0;

  constructor(file: string) {
    this.#file = file;
  }

  /** The forms that end in these lines. */
  *cut({ first, lines }: LineBundle): Generator<Form> {
    for (let i = 0; i < lines.length; i++) yield* this.#line(lines[i], first + i);
  }

  /** The end of the file. */
  finish(): void {
    if (this.#pieces.length > 0) throw this.#error(this.#startLine, "the end of the form that starts here", "nothing");
    if (this.#wrapper !== undefined && !this.#ended) {
      throw this.#error(this.#wrapper.line, `${this.#wrapper.closer} for the one opened here`, "the end of the file");
    }
  }

  *#line(line: string, number: number): Generator<Form> {
    let start = 0;
    let at = 0;
    while (at < line.length) {
      const c = line[at];
      if (this.#inString) {
        if (c === "\\") at++;
        else if (c === '"') this.#inString = false;
      } else if (c === ";") {
        line = line.slice(0, at);
        break;
      } else if (this.#depth > 0 || this.#pieces.length > 0 || !this.#outside(c, number)) {
        if (this.#pieces.length === 0 && this.#depth === 0 && start <= at && !this.#begun) {
          this.#begun = true;
          this.#startLine = number;
          start = at;
        }
        if (c === "\\") at++;
        else if (c === '"') this.#inString = true;
        else if (c === "{" || c === "[" || c === "(") this.#depth++;
        else if (c === "}" || c === "]" || c === ")") {
          this.#depth--;
          if (this.#depth <= 0) {
            this.#pieces.push(line.slice(start, at + 1));
            yield { text: this.#pieces.join("\n"), line: this.#startLine };
            this.#pieces = [];
            this.#depth = 0;
            this.#begun = false;
            start = at + 1;
          }
        }
      }
      at++;
    }
    if (this.#begun) this.#pieces.push(line.slice(start));
  }

  #begun = false;

  /** Outside any form: true if the character is dealt with. */
  #outside(c: string, line: number): boolean {
    if (this.#begun) return false;
    if (c <= " " || c === ",") return true;
    if (this.#ended) throw this.#error(line, "nothing after the end of the history", c);
    if (this.#wrapper === undefined && (c === "[" || c === "(")) {
      this.#wrapper = { closer: c === "[" ? "]" : ")", line };
      return true;
    }
    if (c === this.#wrapper?.closer) {
      this.#ended = true;
      return true;
    }
    if (c === "{" || c === "#") return false;
    throw this.#error(line, "an operation such as {:process 0, :type :invoke, :f :read, :value nil}", c);
  }

  #error(line: number, expected: string, found: string): FormatError {
    return new FormatError("malformed-line", { file: this.#file, line }, { expected, found });
  }
}
