/**
 * The process in which an end of the network lives.
 * @module
 */

/** A process that may be paused or dead. */
export interface LabHost {
  /** False once it is dead. */
  readonly alive: boolean;
  /** Runs `task` inside it: now, or when it goes on after a pause, or never if it is dead. */
  run(task: () => void): void;
  /** An answer of its own has just left it; whatever befalls it now comes too late for that answer. */
  replied(): void;
}

/** A process that nothing befalls. */
export const UNTOUCHED_HOST: LabHost = {
  alive: true,
  run: (task) => task(),
  replied: () => {},
};
