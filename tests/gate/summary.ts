/**
 * Reads the count out of what `deno test` prints.
 *
 * The report in JUnit's format would be easier to read, but Deno 2.9 leaves files out of it that fail to load: exactly
 * the failures nobody may miss.
 *
 * @module
 */

/** How many passed, how many failed. */
export interface Count {
  readonly passed: number;
  readonly failed: number;
}

const SUMMARY =
  /^(?:ok|FAILED) \| (\d+) passed(?: \(\d+ steps?\))? \| (\d+) failed(?: \(\d+ steps?\))?(?: \| \d+ [a-z ]+?)* \(/gm;

// deno-lint-ignore no-control-regex -- colours begin with this character
const COLOURS = /\x1b\[[0-9;]*m/g;

/**
 * Counts tests from the output of `deno test` and its exit code.
 *
 * Output without a summary, no test at all, and a bad exit code beside a summary without failures count as a failure each.
 */
export function countTests(output: string, exitCode: number): Count {
  const last = [...output.replaceAll(COLOURS, "").matchAll(SUMMARY)].at(-1);
  if (last === undefined) return { passed: 0, failed: 1 };
  const [passed, failed] = [Number(last[1]), Number(last[2])];
  const unexplained = failed === 0 && (exitCode !== 0 || passed === 0);
  return { passed, failed: unexplained ? 1 : failed };
}
