/**
 * News of those who are not there, as a command line's end of the network has it.
 * @module
 */

/** Somebody hangs up, or takes no calls: whoever waits for an answer from there need not wait for a timeout. */
export class Absences {
  readonly #listeners: ((address: string) => void)[] = [];

  /** Tells all listeners that nobody is at `address`, it seems. */
  readonly tell = (address: string): void => {
    for (const listener of this.#listeners) listener(address);
  };

  /** Lets `listener` know from now on. */
  hear(listener: (address: string) => void): void {
    this.#listeners.push(listener);
  }
}
