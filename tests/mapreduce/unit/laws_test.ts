import { assertEquals } from "@std/assert";
import { DamagedFileError } from "../../../mapreduce/shuffle/format.ts";
import { JobLaws } from "../sim/laws.ts";

const NO_REOPENINGS: ReadonlyMap<number, number> = new Map();

const WINS = [0, 1].map((task) => ({ kind: "won", task, attempt: task + 1, bytes: 0, pairs: 0 }) as const);

/** Laws of a job of two maps and one reduce, whose maps are won. */
function afterMaps(): JobLaws {
  const laws = new JobLaws([], 1, 2);
  for (const win of WINS) laws.onEntry(win);
  return laws;
}

function reopened(task: number) {
  return { kind: "reopened", task, why: "lost" } as const;
}

Deno.test("after files were reported lost nobody gets a reduce task before their map is made again", () => {
  const laws = afterMaps();
  laws.onLost([1], NO_REOPENINGS);
  // Whoever asked before may hear now what was decided then.
  laws.onGiven(2, []);
  laws.onGiven(0, laws.owed());
  assertEquals(laws.broken, null);
  laws.onGiven(2, laws.owed());
  assertEquals(
    laws.broken?.message,
    "reduce 0 was given out, and nobody makes the files of map 1 again that were lost",
  );
});

Deno.test("a loss is forgotten once its map is reopened, with a coordinator that dies, and if it is older than the last reopening", () => {
  const forgotten = [
    (laws: JobLaws) => laws.onEntry(reopened(1)),
    (laws: JobLaws) => void laws.onReplay(WINS),
    (laws: JobLaws) => {
      const known = laws.reopenings();
      laws.onEntry(reopened(1));
      laws.onEntry({ kind: "won", task: 1, attempt: 9, bytes: 0, pairs: 0 });
      laws.onLost([1], known);
    },
    // Written down by a coordinator that died before it told anybody; the report is told once more to the next one (seed 803206).
    (laws: JobLaws) => {
      const known = laws.reopenings();
      laws.onReplay([...WINS, reopened(1)]);
      laws.onEntry({ kind: "won", task: 1, attempt: 9, bytes: 0, pairs: 0 });
      laws.onLost([1], known);
    },
  ];
  for (const [number, happens] of forgotten.entries()) {
    const laws = afterMaps();
    laws.onLost([1], NO_REOPENINGS);
    happens(laws);
    assertEquals([laws.owed(), laws.broken], [[], null], `way ${number}`);
  }
});

Deno.test("a damaged file of a map is no trouble of the worker's own, one that it merged itself is", () => {
  for (const [path, broken] of [["work/mr-3-1", true], ["work/tmp-7-merge-0", false]] as const) {
    const laws = afterMaps();
    const { message } = new DamagedFileError(path, "it has no end");
    laws.onReport({ kind: "storage", message });
    assertEquals(laws.broken !== null, broken, path);
  }
});
