/**
 * Where the ambient world may be touched, each with its reason. Data only: a file that is not named here is judged.
 *
 * @module
 */

/** One permission. `*` stands for any part of one path segment, `**` for any number of segments. */
export interface Permission {
  /** Path from the root of the repository, with slashes. */
  readonly path: string;
  readonly reason: string;
  /** Only these, as `Deno` or `Deno.test`; everything when absent. */
  readonly names?: readonly string[];
}

/** The whole list. */
export const PERMISSIONS: readonly Permission[] = [
  { path: "runtime/deno.ts", reason: "the one real runtime: everything else asks it" },
  { path: "runtime/deno/*", reason: "parts of the real runtime" },
  { path: "tests/runtime/deno/*", reason: "tests of the real runtime against the real world" },
  { path: "tests/wal/real/*", reason: "kills real processes that write to a real disk" },

  { path: "**/cli.ts", reason: "command line: arguments, terminal, exit code" },
  { path: "**/cli/*", reason: "parts of a command line" },
  { path: "**/*_main.ts", reason: "entry of a process or a worker of its own" },
  { path: "tests/chaos.ts", reason: "command line: arguments, terminal, exit code" },
  {
    path: "mapreduce/apps/markers.ts",
    reason:
      "the lab's test applications sleep, die and see each other's files; they are guests, not library code",
  },
  { path: "porcupine/clock.ts", reason: "the checker's stop-watch for its budget; never part of a verdict" },
  { path: "porcupine/workers.ts", reason: "keys of one history judged in parallel workers" },
  {
    path: "porcupine/formats/gunzip.ts",
    reason: "the web's own unpacker takes one part of several; bytes in, bytes out",
    names: ["node:zlib", "node:stream"],
  },

  { path: "tests/std/**", reason: "starts deno itself, before anything else exists" },
  { path: "tests/lint/**", reason: "names what is forbidden" },
  { path: "tests/gate/**", reason: "reads the sources and starts processes" },
  { path: "tests/mutants/**", reason: "copies the sources and starts processes" },
  { path: "tests/real/**", reason: "real processes on real disks" },
  { path: "tests/shard/real/*", reason: "real processes of a sharded store" },
  { path: "tests/mapreduce/**", reason: "real workers on real files" },
  { path: "tests/report/browser_test.ts", reason: "drives a browser" },
  { path: "tests/report/view_test.ts", reason: "serves a folder, and drives a browser" },
  { path: "tests/porcupine/**", reason: "reads histories, measures time" },
  { path: "**/*bench.ts", reason: "measures time" },
  { path: "tests/bench/**", reason: "measures time" },

  { path: "tests/labs/kv/heap.ts", reason: "measures live memory, as the labs' own memory tests do" },
  {
    path: "tests/labs/kv/suites_test.ts",
    reason: "plants chance on purpose, to see a lab fail",
    names: ["Math.random", "Deno.test"],
  },
  {
    path: "tests/sim/host.ts",
    reason: "the simulator's one touch of the real event loop: drains the microtasks",
  },
  { path: "tests/sim/workers.ts", reason: "seeds in parallel workers; each world stays inside one" },
  {
    path: "tests/sim/guard_test.ts",
    reason: "trespasses on purpose, to see the guard of the simulation bite",
  },
  {
    path: "tests/labs/raft/judge_test.ts",
    reason: "tests a Raft that takes real chance, to see that it is told so",
  },
  {
    path: "tests/sim/replay_test.ts",
    reason: "plants chance on purpose, and repeats a run in a second process",
  },
  { path: "tests/chaos/run_test.ts", reason: "repeats a run in two more processes" },

  {
    path: "**/*_test.ts",
    reason: "registers tests, takes the seed to replay",
    names: ["Deno.test", "Deno.args"],
  },
];

const PATTERNS: readonly (readonly [RegExp, Permission])[] = PERMISSIONS.map((
  one,
) => [toPattern(one.path), one]);

/**
 * Whether a file may use a name.
 *
 * @param path Path from the root of the repository, with slashes.
 * @param name `Deno.test`, `setTimeout`, `node:fs`.
 */
export function isAllowed(path: string, name: string): boolean {
  return PATTERNS.some(([pattern, { names }]) =>
    pattern.test(path) && (names === undefined || names.includes(name))
  );
}

function toPattern(glob: string): RegExp {
  const source = glob
    .replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&")
    .replaceAll(/\*\*\/|\*\*|\*/g, (star) => star === "**/" ? "(?:.*/)?" : star === "**" ? ".*" : "[^/]*");
  return new RegExp(`^${source}$`);
}
