/**
 * The command lines of the lab suites, as the catalogue's entries name them.
 * @module
 */

/** One test of a part, for our Raft or for another `implementation`, with the seeds from 1 to `runs`. */
export function lab(test: string, runs: number, implementation: string | null = null): string {
  // `TestBackup3B` belongs to part 3B.
  const part = test.split("@")[0].slice(-2);
  const tested = implementation === null ? "" : ` --impl ${implementation}`;
  return `run -A --no-check tests/labs/cli.ts ${part}${tested} --test ${test} --runs ${runs} --json`;
}
