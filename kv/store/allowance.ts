/**
 * How much of what is stored one command may bring up.
 *
 * A command of a few kilobytes can name a value of megabytes a million times. What is in the log is executed by every member, at every start:
 * one that takes more memory than there is would end them all, for good.
 * @module
 */

/** Most characters of values that the steps of one transaction read: four of the longest, or more of shorter ones. */
export const MAX_READ = 32 << 20;
/** Most characters that all answers to one command have together: a thousand transactions may travel as one. */
const MAX_TOLD = 8 * MAX_READ;
/** Most that those behind the first of several looks, asked together, may bring one answer to. */
const MAX_TOGETHER = 8 << 20;

/** More was to be read, or told, than a command may. */
export class TooMuchError extends Error {
  /** The class, for logs. */
  override readonly name = "TooMuchError";
}

/** See the module's page. It counts characters and not bytes of memory: every member must come to the same end. */
export class Allowance {
  #read = 0;
  /** Nothing more is read then, be it ever so short: to find out how long a value is takes as long as to read it. */
  #spent = false;
  /** The answer has no room for something: what comes behind it is not even read. */
  #full = false;
  #told = 0;
  /** Until when the present transaction may tell, and those behind it. */
  #mayTell = MAX_TOLD;
  #mayTellBehind = MAX_TOLD;

  /** Another command begins. */
  beginCommand(): void {
    this.#told = 0;
    this.#full = false;
    this.#mayTell = MAX_TOLD;
    this.#mayTellBehind = MAX_TOLD;
  }

  /** Another question begins, whose answer has to travel, soon: what is left out of it can be asked again. */
  beginQuestion(): void {
    this.#told = 0;
    this.#full = false;
    this.#mayTell = MAX_READ;
    this.#mayTellBehind = MAX_TOGETHER;
  }

  /** Another transaction begins. What the last one has read, and told the watchers, is kept no longer. */
  beginTransaction(): void {
    this.#read = 0;
    this.#spent = this.#full;
    if (this.#told > 0) this.#mayTell = this.#mayTellBehind;
  }

  /** So many characters have been read. Throws {@linkcode TooMuchError} if that is too much. */
  read(length: number): void {
    this.#spent ||= this.#read + length > MAX_READ;
    if (this.#spent) throw new TooMuchError("Cannot read so much at once");
    this.#read += length;
  }

  /** So many characters are to be in the answer. Throws like `read`. */
  tell(length: number): void {
    if (this.#told + length > this.#mayTell) {
      this.#full = this.#spent = true;
      throw new TooMuchError("Cannot tell so much at once");
    }
    this.#told += length;
  }
}
