/**
 * What a node tells its service of its own accord, always later in the same turn: the listener may call back into the node, which is in the
 * middle of a step.
 * @module
 */

import type { RaftOptions, RaftState } from "./options.ts";
import type { Configuration, NodeId } from "./types.ts";

/** See the module's page. */
export class Announcer {
  readonly #listeners: Pick<RaftOptions, "onRole" | "onLeader" | "onConfiguration">;
  readonly #isAlive: () => boolean;
  /** Whom `onLeader` was told of last. */
  #toldLeader: NodeId | null = null;

  /** Nothing is told once `isAlive` says no. */
  constructor(
    listeners: Pick<RaftOptions, "onRole" | "onLeader" | "onConfiguration">,
    isAlive: () => boolean,
  ) {
    this.#listeners = listeners;
    this.#isAlive = isAlive;
  }

  /** Leadership changed here. */
  role(state: RaftState): void {
    this.#later(this.#listeners.onRole, state);
  }

  /** `leader` leads; told only if that is another than before. */
  leader(leader: NodeId | null): void {
    const { onLeader } = this.#listeners;
    if (onLeader === undefined || leader === null || leader === this.#toldLeader) return;
    this.#toldLeader = leader;
    this.#later(onLeader, leader);
  }

  /** Another configuration is in effect. */
  configuration(configuration: Configuration): void {
    this.#later(this.#listeners.onConfiguration, configuration);
  }

  #later<T>(listener: ((news: T) => void) | undefined, news: T): void {
    if (listener === undefined) return;
    Promise.resolve().then(() => {
      if (this.#isAlive()) listener(news);
    });
  }
}
