/**
 * The steps of the gate, in their order.
 *
 * @module
 */
import { ROOT, runDeno } from "./process.ts";
import { type Count, countTests } from "./summary.ts";

/** What a step is given. */
export interface StepInput {
  readonly seed: number;
  readonly signal: AbortSignal;
}

/** One step: a short name for `--only`, a heading, and the work. */
export interface Step {
  readonly name: string;
  readonly heading: (input: StepInput) => string;
  readonly run: (input: StepInput) => Promise<Count>;
}

/** The same runs each time: what fails here fails on any machine. New seeds are for the night (`.ci/nightly`). */
const CHAOS_RUNS = 2000;
const CHAOS_SEED = 1;
/** So long real processes are killed, stopped, cut off and robbed of their disks, more than once a second. */
const REAL_SECONDS = 60;

const PASSED: Count = { passed: 1, failed: 0 };
const FAILED: Count = { passed: 0, failed: 1 };

/** Every step. Types come before tests, so that the tests need not be checked a second time. */
export const STEPS: readonly Step[] = [
  command("fmt", "Formatting", ["fmt", "--check"]),
  command("lint", "Lint, with the rule against ambient time, chance and I/O", ["lint"]),
  command("check", "Types, examples in the documentation included", ["check", "--quiet", "--doc", "."]),
  { name: "doc", heading: () => "Documentation of every door", run: lintDoors },
  command("publish", "What would be published", ["publish", "--dry-run", "--allow-dirty"]),
  {
    name: "tests",
    heading: ({ seed }) => `Tests, examples included, shuffled with seed ${seed}`,
    run: runTests,
  },
  {
    name: "chaos",
    heading: () => `Chaos: ${CHAOS_RUNS} seeds, and ${REAL_SECONDS} seconds on real processes`,
    run: runChaos,
  },
];

function command(name: string, heading: string, args: string[]): Step {
  return {
    name,
    heading: () => heading,
    run: async ({ signal }) => (await runDeno(args, signal)).code === 0 ? PASSED : FAILED,
  };
}

/** A door is an entry of `exports` in `deno.json`; one whose file is missing fails, and the others are still judged. */
async function lintDoors({ signal }: StepInput): Promise<Count> {
  const { exports } = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));
  const doors = Object.entries<string>(exports);
  const missing = doors.filter(([, file]) => !exists(file));
  for (const [door, file] of missing) {
    console.error(`The door "${door}" leads to ${file}, which does not exist`);
  }
  const present = doors.map(([, file]) => file).filter(exists);
  const { code } = await runDeno(["doc", "--lint", ...present], signal, "drop");
  return code === 0 && missing.length === 0 ? PASSED : FAILED;
}

async function runTests({ seed, signal }: StepInput): Promise<Count> {
  const args = ["test", "-A", "--doc", "--no-check", "--parallel", `--shuffle=${seed}`];
  const { code, output } = await runDeno(args, signal, "keep");
  return countTests(output, code);
}

async function runChaos({ signal }: StepInput): Promise<Count> {
  if (!exists("tests/chaos.ts")) {
    console.log("There is no tests/chaos.ts yet: nothing to run, nothing counted");
    return { passed: 0, failed: 0 };
  }
  const chaos = (...args: string[]) => ["run", "-A", "tests/chaos.ts", ...args];
  // Real processes wait most of the time, simulated ones never.
  const [real, simulated] = await Promise.all([
    runDeno(
      chaos("--real", "--layer", "kv", "--time", `${REAL_SECONDS}`, "--seed", `${CHAOS_SEED}`),
      signal,
      "hold",
    ),
    runDeno(chaos("--runs", `${CHAOS_RUNS}`, "--seed", `${CHAOS_SEED}`), signal),
  ]);
  console.log(`\nOn real processes:\n${real.output}`);
  const failed = [real, simulated].filter(({ code }) => code !== 0).length;
  return { passed: 2 - failed, failed };
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(new URL(path, ROOT)).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
