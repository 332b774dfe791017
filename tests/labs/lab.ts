/**
 * What a lab is: parts of tests that can be run from a seed, whatever they test.
 * @module
 */

/** How a test is run once. */
export interface LabRun {
  /** Everything in the run follows from it. A safe integer. */
  readonly seed: number;
  /** Whether the event log is kept and comes with a failure. */
  readonly record: boolean;
}

/** What a run that passed has to tell. */
export interface LabReport {
  /** How long it took, in virtual time. */
  readonly virtualMs: number;
  /** Calls that were made. */
  readonly calls: number;
  /** Bytes of all requests and replies. */
  readonly bytes: number;
  /** Commands that were agreed upon. */
  readonly commits: number;
  /** Events of the simulation. */
  readonly events: number;
  /** The fingerprint of the run: equal for equal runs. */
  readonly hash: string;
}

/** One test. */
export interface LabTest {
  /** The official name, or one that begins with `Strict`. Where two years differ, the year follows behind an `@`. */
  readonly name: string;
  /** What is demanded, as a sentence with its parameters. */
  readonly sentence: string;
  /** Runs it once. Rejects with `LabFailure`, whose message says what was demanded and how to repeat the run. */
  run(run: LabRun): Promise<LabReport>;
}

/** One part of a lab. */
export interface LabPart {
  /** Its name, such as `3A`. */
  readonly part: string;
  /** Its tests, in the order of the official suite, the stricter ones behind. */
  readonly tests: readonly LabTest[];
}

/** The title under which a test is registered. */
export function titleOf(test: LabTest): string {
  return `${test.name}: ${test.sentence}`;
}

/** Whether a test goes by `name`: its own, also without the year, in capitals or not. */
export function goesBy(test: LabTest, name: string): boolean {
  const own = test.name.toLowerCase();
  const wanted = name.toLowerCase();
  return own === wanted || own.split("@")[0] === wanted;
}
