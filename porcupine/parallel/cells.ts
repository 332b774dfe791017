/** What a task's cell says. */
const FREE = 0;
const TAKEN = 1;
const OVER = 2;

/**
 * First a cell for each worker counts the replies that it has sent; then each task has one, and one for the turns of its race.
 * More workers than cells would make one starve another, not err.
 */
const SEATS = 64;
const FIRST = SEATS;

/**
 * What the threads of one check tell each other without a message: a thread in the middle of a search hears none. Shared
 * memory where the host has it (a page must be isolated for that); otherwise each thread has cells of its own, what is given
 * away cannot be taken back, and whoever works for nothing has to be ended.
 */
export class Cells {
  /** To be sent to a worker; `null` where nothing can be shared. */
  readonly shared: Int32Array<SharedArrayBuffer> | null;
  readonly #cells: Int32Array;

  private constructor(cells: Int32Array, shared: Int32Array<SharedArrayBuffer> | null) {
    this.#cells = cells;
    this.shared = shared;
  }

  /** For a check of so many tasks. */
  static ofTasks(tasks: number): Cells {
    if (typeof SharedArrayBuffer === "undefined") return new Cells(new Int32Array(FIRST + 2 * tasks), null);
    return Cells.of(new Int32Array(new SharedArrayBuffer(4 * (FIRST + 2 * tasks))));
  }

  /** Those of another thread. */
  static of(shared: Int32Array<SharedArrayBuffer>): Cells {
    return new Cells(shared, shared);
  }

  /** Takes a task that nobody has; false if somebody has it, or it is over. */
  take(task: number): boolean {
    return Atomics.compareExchange(this.#cells, FIRST + 2 * task, FREE, TAKEN) === FREE;
  }

  /** Nobody needs the task any more: whoever works on it stops soon. */
  end(task: number): void {
    Atomics.store(this.#cells, FIRST + 2 * task, OVER);
  }

  /** The same of all tasks. */
  endAll(): void {
    for (let i = FIRST; i < this.#cells.length; i += 2) Atomics.store(this.#cells, i, OVER);
  }

  /** Whether a task is over, in the shape of a signal. */
  signal(task: number): { readonly aborted: boolean } {
    const cells = this.#cells;
    return {
      get aborted(): boolean {
        return Atomics.load(cells, FIRST + 2 * task) === OVER;
      },
    };
  }

  /** A worker is sending a reply. */
  announce(seat: number): void {
    Atomics.add(this.#cells, seat % SEATS, 1);
  }

  /** Replies that a worker has sent, or is sending. */
  repliesOf(seat: number): number {
    return Atomics.load(this.#cells, seat % SEATS);
  }

  /** Turns completed in the race for a task. */
  turnsOf(task: number): number {
    const told = Atomics.load(this.#cells, FIRST + 2 * task + 1);
    return told < 0 ? ~told : told;
  }

  /** The round in which the race for a task was finished by whoever tells its turns; `Infinity` if it is not known to be. */
  finishOf(task: number): number {
    const told = Atomics.load(this.#cells, FIRST + 2 * task + 1);
    return told < 0 ? ~told : Infinity;
  }

  /** It was finished in this round: then there are no more turns. */
  setFinish(task: number, round: number): void {
    Atomics.store(this.#cells, FIRST + 2 * task + 1, ~round);
  }

  /** So many are. */
  setTurns(task: number, turns: number): void {
    Atomics.store(this.#cells, FIRST + 2 * task + 1, turns);
  }
}
