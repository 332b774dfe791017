/**
 * The pending events of a simulation, ordered by time and then by the order in which they were scheduled.
 *
 * A four-way heap over typed arrays: comparing and moving entries touches no object, so the garbage collector never
 * sees a sift, and a tie can only be broken one way.
 * @module
 */

/** Where an event is. Only a queued event is known to the queue. */
export type EventState = "idle" | "queued" | "cancelled" | "held";

/**
 * Something that will happen at an instant of virtual time.
 *
 * `kind`, `node`, `peer` and `digest` are small integers for the trace and for observers; `kind` indexes `EVENT_KINDS`. Fields, not
 * getters: the loop reads all of them at each event, whatever the event's class. An interface, not a base class: every message and every
 * timer is one, and the detour over another constructor costs as much as making the object.
 */
export interface SimEvent {
  /** What it is, an index of `EVENT_KINDS`. */
  readonly kind: number;
  /** The machine it happens on; -1 if on none. */
  readonly node: number;
  /** The machine it came from; -1 if from none. */
  readonly peer: number;
  /** Whatever else tells it from its like. */
  readonly digest: number;
  /** Maintained by the queue and by whoever holds the event back. */
  state: EventState;

  /** False if the event must not happen now: its process is dead, or it was put aside until a resume. */
  ready(): boolean;
  /** Does it. */
  fire(): void;
}

/** An event taken out of the queue, and when it was due in microseconds. */
export interface ExtractedEvent {
  /** The event, which may be scheduled again. */
  readonly event: SimEvent;
  /** When it was due, in microseconds. */
  readonly dueUs: number;
}

const FIRST_CAPACITY = 256;
/** Below this many cancelled entries a clean-up costs more than it saves. */
const FEW_CANCELLED = 64;

/** See the module's page. */
export class EventQueue {
  #times = new Float64Array(FIRST_CAPACITY);
  #orders = new Float64Array(FIRST_CAPACITY);
  #slots = new Int32Array(FIRST_CAPACITY);
  /** A stack of free slots; `#free[0 .. capacity - size)` are free. */
  #free = Int32Array.from({ length: FIRST_CAPACITY }, (_, slot) => slot);
  readonly #events: (SimEvent | null)[] = new Array(FIRST_CAPACITY).fill(null);
  #size = 0;
  #cancelled = 0;
  #nextOrder = 0;

  /** Entries in the heap, cancelled ones included. */
  get size(): number {
    return this.#size;
  }

  /** Events that are still going to be offered. */
  get pending(): number {
    return this.#size - this.#cancelled;
  }

  /** Adds `event`, due at `timeUs`, behind all events that are already due then. */
  push(timeUs: number, event: SimEvent): void {
    if (this.#size === this.#times.length) this.#grow();
    const slot = this.#free[this.#times.length - this.#size - 1];
    this.#events[slot] = event;
    event.state = "queued";
    this.#siftUp(this.#size++, timeUs, this.#nextOrder++, slot);
  }

  /** Makes sure that a queued event is not offered; harmless in any other state. */
  cancel(event: SimEvent): void {
    if (event.state !== "queued") {
      if (event.state === "held") event.state = "cancelled";
      return;
    }
    event.state = "cancelled";
    if (++this.#cancelled > FEW_CANCELLED && this.#cancelled * 2 > this.#size) this.#dropCancelled();
  }

  /** The due time of the next event in microseconds; `Infinity` if there is none. */
  nextTime(): number {
    while (this.#size > 0) {
      if (this.#cancelled === 0) return this.#times[0];
      if (this.#events[this.#slots[0]]?.state === "queued") return this.#times[0];
      this.#removeTop();
      this.#cancelled--;
    }
    return Infinity;
  }

  /** Removes and returns the next event. Call it only after `nextTime()` returned a finite time. */
  pop(): SimEvent {
    const event = this.#removeTop();
    event.state = "idle";
    return event;
  }

  /** Removes every queued event that `matches` and returns them in the order in which they were due. Slow, for faults. */
  extract(matches: (event: SimEvent) => boolean): ExtractedEvent[] {
    const found: { event: SimEvent; dueUs: number; order: number }[] = [];
    for (let at = 0; at < this.#size; at++) {
      const event = this.#events[this.#slots[at]];
      if (event === null || event.state !== "queued" || !matches(event)) continue;
      found.push({ event, dueUs: this.#times[at], order: this.#orders[at] });
    }
    for (const { event } of found) event.state = "cancelled";
    this.#dropCancelled();
    for (const { event } of found) event.state = "idle";
    return found.sort((a, b) => a.dueUs - b.dueUs || a.order - b.order);
  }

  #removeTop(): SimEvent {
    const slot = this.#slots[0];
    const event = this.#events[slot];
    if (event === null) throw new Error("Cannot take an event from an empty queue: ask nextTime() first");
    const last = --this.#size;
    this.#events[slot] = null;
    this.#free[this.#times.length - this.#size - 1] = slot;
    if (last > 0) this.#siftDown(0, this.#times[last], this.#orders[last], this.#slots[last]);
    return event;
  }

  #siftUp(from: number, time: number, order: number, slot: number): void {
    const times = this.#times;
    const orders = this.#orders;
    const slots = this.#slots;
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 2;
      // A new entry has the highest order, so it never overtakes an entry of the same time.
      if (times[parent] < time || (times[parent] === time && orders[parent] < order)) break;
      times[at] = times[parent];
      orders[at] = orders[parent];
      slots[at] = slots[parent];
      at = parent;
    }
    times[at] = time;
    orders[at] = order;
    slots[at] = slot;
  }

  #siftDown(from: number, time: number, order: number, slot: number): void {
    const times = this.#times;
    const orders = this.#orders;
    const slots = this.#slots;
    const size = this.#size;
    let at = from;
    for (;;) {
      const first = at * 4 + 1;
      if (first >= size) break;
      let least = first;
      const end = Math.min(first + 4, size);
      for (let child = first + 1; child < end; child++) {
        const childTime = times[child];
        if (childTime < times[least] || (childTime === times[least] && orders[child] < orders[least])) {
          least = child;
        }
      }
      if (time < times[least] || (time === times[least] && order < orders[least])) break;
      times[at] = times[least];
      orders[at] = orders[least];
      slots[at] = slots[least];
      at = least;
    }
    times[at] = time;
    orders[at] = order;
    slots[at] = slot;
  }

  /** Rebuilds the heap without its cancelled entries, so that reset timers do not slow every later event down. */
  #dropCancelled(): void {
    const capacity = this.#times.length;
    const size = this.#size;
    let kept = 0;
    for (let at = 0; at < size; at++) {
      const slot = this.#slots[at];
      if (this.#events[slot]?.state === "queued") {
        this.#times[kept] = this.#times[at];
        this.#orders[kept] = this.#orders[at];
        this.#slots[kept++] = slot;
      } else {
        this.#events[slot] = null;
        this.#free[capacity - size + at - kept] = slot;
      }
    }
    this.#size = kept;
    this.#cancelled = 0;
    for (let at = (kept - 2) >> 2; at >= 0; at--) {
      this.#siftDown(at, this.#times[at], this.#orders[at], this.#slots[at]);
    }
  }

  #grow(): void {
    const old = this.#times.length;
    const wider = old * 2;
    const times = new Float64Array(wider);
    times.set(this.#times);
    this.#times = times;
    const orders = new Float64Array(wider);
    orders.set(this.#orders);
    this.#orders = orders;
    const slots = new Int32Array(wider);
    slots.set(this.#slots);
    this.#slots = slots;
    this.#free = new Int32Array(wider);
    for (let slot = old; slot < wider; slot++) {
      this.#free[slot - old] = slot;
      this.#events.push(null);
    }
  }
}
