/**
 * When clients pause, and when they must not.
 *
 * The official clients never pause, but there an operation takes real time. Here a healthy one takes a millisecond or two of
 * virtual time, and a history of a hundred thousand would show nothing more than one of a thousand. What matters is that
 * every client has an operation under way whenever something goes wrong, and that all of them work at once: so they rush,
 * one operation right behind the other, before each crash and each partition, and once a second besides.
 * @module
 */

/** Who sleeps on whose clock. */
export interface Sleeper {
  /** Lets virtual time pass. */
  sleep(ms: number): Promise<void>;
}

/** How long a rush lasts before something goes wrong, and behind that: some ten operations of each client. */
const RUSH_MS = 2;
/** The time from one rush to the next when nothing goes wrong. */
const INTERVAL_MS = 1000;

/** The common pace of all clients of a test. */
export class Pace {
  readonly #sleeper: Sleeper;
  #rushes = 0;
  #rush = Promise.withResolvers<void>();

  /** Nobody rushes. */
  constructor(sleeper: Sleeper) {
    this.#sleeper = sleeper;
  }

  /** A client's pause; none during a rush, and none any longer when one begins. */
  async rest(ms: number): Promise<void> {
    if (this.#rushes > 0 || ms === 0) return;
    await Promise.race([this.#sleeper.sleep(ms), this.#rush.promise]);
  }

  /** All clients rush; resolves in the midst of it, when it is time for something to go wrong. */
  async rush(): Promise<void> {
    this.#rushes++;
    this.#rush.resolve();
    await this.#sleeper.sleep(RUSH_MS);
    this.#rush = Promise.withResolvers();
    this.#calm();
  }

  /** Rushes again and again, for as long as `goOn` says so. */
  async beat(goOn: () => boolean): Promise<void> {
    while (goOn()) {
      await this.rush();
      await this.#sleeper.sleep(INTERVAL_MS);
    }
  }

  async #calm(): Promise<void> {
    await this.#sleeper.sleep(RUSH_MS);
    this.#rushes--;
  }
}
