/**
 * Moments at which a machine can be made to die: each of its disk calls, each message it sends or is given, each timer that goes off.
 *
 * A program touches the world there and nowhere else, so whatever it awaits, it awaits one of them: dying there is dying at an await.
 * What was begun is begun, what was said is said, and nothing that follows happens. Between two awaits that touch nothing nobody could
 * tell at which of them it died.
 * @module
 */

import type { Machine } from "../sim/machine.ts";
import type { Point } from "./plan.ts";

/** Hears of one machine's moments. */
export type MomentListener = (point: Point) => void;

/** See the module's page. */
export class Moments {
  readonly #listeners: (Set<MomentListener> | undefined)[] = [];
  #listening = 0;

  /** False as long as nobody listens to anything: then nothing need be told. */
  get heard(): boolean {
    return this.#listening > 0;
  }

  /** Listens to a machine, beside whoever listens already: a trap must not put another out of work. */
  listen(machine: Machine, listener: MomentListener): void {
    const others = this.#listeners[machine.node];
    if (others !== undefined) return void others.add(listener);
    this.#listening++;
    this.#listeners[machine.node] = new Set([listener]);
    machine.disk.onCall = (point) => this.#tell(machine.node, point);
    machine.clock.onTimer = () => this.#tell(machine.node, "timer");
  }

  /** Ends {@linkcode listen} for one listener. */
  ignore(machine: Machine, listener: MomentListener): void {
    const listeners = this.#listeners[machine.node];
    if (listeners?.delete(listener) === true && listeners.size === 0) this.ignoreAll(machine);
  }

  /** Nobody listens to this machine any more. */
  ignoreAll(machine: Machine): void {
    if (this.#listeners[machine.node] !== undefined) this.#listening--;
    this.#listeners[machine.node] = undefined;
    machine.disk.onCall = null;
    machine.clock.onTimer = null;
  }

  /** A machine has sent a message. */
  sent(node: number): void {
    this.#tell(node, "send");
  }

  /** A machine is given a message. */
  received(node: number): void {
    this.#tell(node, "receive");
  }

  #tell(node: number, point: Point): void {
    const listeners = this.#listeners[node];
    if (listeners === undefined) return;
    // Whoever hears what it waited for leaves the set while it is gone through, which a set allows.
    for (const listener of listeners) listener(point);
  }
}
