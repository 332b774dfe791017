/**
 * The long run against the oracle, which tries every order of small random histories:
 *
 * `deno run -A tests/porcupine/oracle_main.ts [--model TEXT] [--count 200000] [--seed 1] [--online | --certificates]`
 *
 * Histories of 2 to 7 operations of up to 5 clients, with lost answers, equal times, repeated values and answers that are
 * guessed. Every way of deciding - both searches alone, in competition, and the fast path - must agree, and every order
 * found must replay. With `--online` it is the on-line checker that is compared: on small histories with the oracle, and on
 * one in fifty that is longer with checking every prefix. With `--certificates` it is everything that a verdict says beside
 * its kind: orders, cores, the first impossible answer. `--model` takes part of a name; without it all models are run. Ends
 * with exit code 1 at the first difference, which is printed with its seed and shrunk.
 *
 * @module
 */
import type { AnySubject } from "./fuzz/compare.ts";
import { HINTED, PLAIN } from "./fuzz/subjects.ts";

function argument(name: string): string | undefined {
  const at = Deno.args.indexOf(name);
  return at < 0 ? undefined : Deno.args[at + 1];
}

function againstOnline(subject: AnySubject, seed: number): string | undefined {
  return seed % 50 === 0
    ? subject.onlineAgainstPrefixes(seed, 60 + seed % 40)
    : subject.onlineAgainstOracle(seed);
}

function main(): number {
  const part = argument("--model") ?? "";
  const count = Number(argument("--count") ?? 200_000);
  const first = Number(argument("--seed") ?? 1);
  const chosen = [...HINTED, ...PLAIN].filter(({ name }) => name.includes(part));
  if (chosen.length === 0 || !Number.isSafeInteger(count) || !Number.isSafeInteger(first)) {
    console.error(`No model has "${part}" in its name, or a number is wrong. Models:`);
    for (const { name } of [...HINTED, ...PLAIN]) console.error(`  ${name}`);
    return 3;
  }
  const online = Deno.args.includes("--online");
  const certificates = Deno.args.includes("--certificates");
  for (const subject of chosen) {
    const { name } = subject;
    const started = performance.now();
    for (let seed = first; seed < first + count; seed++) {
      const wrong = online
        ? againstOnline(subject, seed)
        : certificates
        ? subject.certificate(seed)
        : subject.againstOracle(seed);
      if (wrong === undefined) continue;
      console.error(
        `${name}, seed ${seed} (repeat it with --model "${name}" --seed ${seed} --count 1): ${wrong}`,
      );
      return 1;
    }
    const seconds = (performance.now() - started) / 1000;
    console.log(`${name}: ${count} histories from seed ${first}, 0 differences, ${seconds.toFixed(0)} s`);
  }
  return 0;
}

if (import.meta.main) Deno.exit(main());
