/**
 * Says things on standard error: over and over on one line of a terminal, line by line otherwise.
 * @module
 */

const TERMINAL_MS = 200;
const PLAIN_MS = 2000;

/** See the module's page. */
export class Reporter {
  readonly #quiet: boolean;
  readonly #terminal = Deno.stderr.isTerminal();
  readonly #encoder = new TextEncoder();
  /** Whether the terminal's line shows something that is to go. */
  #open = false;

  /** @param quiet Says only what must not be missed. */
  constructor(quiet: boolean) {
    this.#quiet = quiet;
  }

  /** How often there should be something new. */
  get everyMs(): number {
    return this.#terminal ? TERMINAL_MS : PLAIN_MS;
  }

  /** How things stand now; replaces what was said before. */
  progress(line: string): void {
    if (this.#quiet) return;
    if (!this.#terminal) return this.#write(`${line}\n`);
    const { columns } = Deno.consoleSize();
    // Some terminals do not know how wide they are.
    this.#write(`\r\x1b[K${columns > 0 ? line.slice(0, columns - 1) : line}`);
    this.#open = true;
  }

  /** Something that happened. */
  note(line: string): void {
    if (!this.#quiet) this.warn(line);
  }

  /** Something that a person must not miss. */
  warn(line: string): void {
    this.clear();
    this.#write(`${line}\n`);
  }

  /** Empties the terminal's line. */
  clear(): void {
    if (this.#open) this.#write("\r\x1b[K");
    this.#open = false;
  }

  #write(text: string): void {
    Deno.stderr.writeSync(this.#encoder.encode(text));
  }
}
