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
  #wrapper: { closer: string; line: number } | undefined;
  #ended = false;
  /** Inside a form: */
  #begun = false;
  #startLine = 0;
  #depth = 0;
  #inString = false;
  /** Its earlier lines. */
  #pieces: string[] = [];

  constructor(file: string) {
    this.#file = file;
  }

  /** The forms that end in these lines. */
  *cut({ first, lines }: LineBundle): Generator<Form> {
    for (let i = 0; i < lines.length; i++) yield* this.#line(lines[i], first + i);
  }

  /** The end of the file. */
  finish(): void {
    if (this.#begun) {
      throw this.#error(this.#startLine, "the end of the form that starts here", "the end of the file");
    }
    if (this.#wrapper !== undefined && !this.#ended) {
      throw this.#error(
        this.#wrapper.line,
        `${this.#wrapper.closer} for the one opened here`,
        "the end of the file",
      );
    }
  }

  *#line(line: string, number: number): Generator<Form> {
    let start = 0;
    let end = line.length;
    for (let at = 0; at < end; at++) {
      const c = line[at];
      if (c === ";" && !this.#inString) {
        end = at;
      } else if (!this.#begun) {
        if (!this.#begins(c, number)) continue;
        this.#startLine = number;
        start = at;
        at = this.#inside(c, at);
      } else {
        at = this.#inside(c, at);
        if (this.#begun) continue;
        this.#pieces.push(line.slice(start, at + 1));
        const text = this.#pieces.join("\n");
        this.#pieces = [];
        yield { text, line: this.#startLine };
      }
    }
    if (this.#begun) this.#pieces.push(line.slice(start, end));
  }

  /** One character inside a form; answers where it ends, as an escape covers the next one too. */
  #inside(c: string, at: number): number {
    if (c === "\\") return at + 1;
    if (this.#inString) {
      if (c === '"') this.#inString = false;
    } else if (c === '"') this.#inString = true;
    else if (c === "{" || c === "[" || c === "(") this.#depth++;
    else if (c === "}" || c === "]" || c === ")") {
      this.#depth--;
      if (this.#depth <= 0) this.#begun = false;
    }
    return at;
  }

  /** One character outside any form: whether a form begins with it. */
  #begins(c: string, line: number): boolean {
    if (c <= " " || c === ",") return false;
    if (this.#ended) throw this.#error(line, "nothing after the end of the history", c);
    if (c === "{" || c === "#") {
      this.#begun = true;
      this.#depth = 0;
      return true;
    }
    if (this.#wrapper === undefined && (c === "[" || c === "(")) {
      this.#wrapper = { closer: c === "[" ? "]" : ")", line };
    } else if (c === this.#wrapper?.closer) this.#ended = true;
    else throw this.#error(line, "an operation such as {:process 0, :type :invoke, :f :read, :value nil}", c);
    return false;
  }

  #error(line: number, expected: string, found: string): FormatError {
    return new FormatError("malformed-line", { file: this.#file, line }, { expected, found });
  }
}
