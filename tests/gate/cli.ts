/**
 * The gate as one program: `deno task test [--seed N] [--only STEP]`.
 *
 * Runs every step whether or not one before it failed, prints a heading and the wall time of each, and ends with the
 * line `N passed, N failed`, which counts tests and the other steps. The exit code is 0 when nothing failed, 1 when
 * something did, 2 when the arguments were not understood, 130 when Ctrl-C ended it.
 *
 * @module
 */
import { isStandIn } from "../std/stand_ins.ts";
import { type Step, STEPS } from "./steps.ts";
import type { Count } from "./summary.ts";

/** No step takes a tenth of this; a test that hangs must not hang the gate for ever. */
const STEP_LIMIT_MS = 15 * 60_000;

interface Options {
  readonly seed: number;
  readonly steps: readonly Step[];
}

interface Result extends Count {
  readonly name: string;
  readonly seconds: string;
}

if (import.meta.main) Deno.exit(await main(Deno.args));

async function main(args: readonly string[]): Promise<number> {
  const options = parse(args);
  if (typeof options === "string") {
    console.error(options);
    return 2;
  }
  const interrupt = new AbortController();
  Deno.addSignalListener("SIGINT", () => interrupt.abort());
  const standIns = isStandIn(Deno.env.get("JSR_URL"));
  console.log(`@std comes from ${standIns ? "the stand-ins in tests/std: JSR is out of reach" : "JSR"}`);

  const results: Result[] = [];
  for (const step of options.steps) {
    if (interrupt.signal.aborted) break;
    results.push(await runStep(step, options.seed, interrupt.signal));
  }
  report(results, options.seed);
  if (interrupt.signal.aborted) return 130;
  return results.some((one) => one.failed > 0) ? 1 : 0;
}

async function runStep(step: Step, seed: number, interrupt: AbortSignal): Promise<Result> {
  const started = performance.now();
  const signal = AbortSignal.any([interrupt, AbortSignal.timeout(STEP_LIMIT_MS)]);
  console.log(`\n== ${step.heading({ seed, signal })} (${step.name})`);
  let count: Count;
  try {
    count = await step.run({ seed, signal });
  } catch (error) {
    console.error(error);
    count = { passed: 0, failed: 1 };
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`== ${step.name}: ${count.failed === 0 ? "passed" : "FAILED"} in ${seconds} s`);
  return { name: step.name, seconds, ...count };
}

function report(results: readonly Result[], seed: number): void {
  console.log(`\n== Summary`);
  for (const { name, seconds, passed, failed } of results) {
    const verdict = failed > 0 ? "FAILED" : "passed";
    const counted = passed + failed > 1 ? `  ${passed} passed, ${failed} failed` : "";
    console.log(`${name.padEnd(8)} ${verdict} ${seconds.padStart(7)} s${counted}`);
  }
  const passed = results.reduce((sum, one) => sum + one.passed, 0);
  const failed = results.reduce((sum, one) => sum + one.failed, 0);
  if (failed > 0) console.log(`The same order of tests again: deno task test --seed ${seed}`);
  console.log(`${passed} passed, ${failed} failed`);
}

/** The options, or a sentence about what is wrong with the arguments. */
function parse(args: readonly string[]): Options | string {
  const names = STEPS.map((step) => step.name).join(", ");
  let seed = crypto.getRandomValues(new Uint32Array(1))[0];
  let steps = STEPS;
  for (let i = 0; i < args.length; i += 2) {
    const [flag, value] = [args[i], args[i + 1] ?? ""];
    if (flag === "--seed" && /^\d{1,15}$/.test(value)) seed = Number(value);
    else if (flag === "--only" && STEPS.some((step) => step.name === value)) {
      steps = STEPS.filter((step) => step.name === value);
    } else {return `Cannot run the gate with ${
        args.join(" ")
      }: give --seed NUMBER or --only STEP, a STEP being ${names}`;}
  }
  return { seed, steps };
}
