import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { MicroOperation, Operation, TransactionInput, TransactionOutput } from "../../porcupine/mod.ts";
import { drawPlan, WORKLOADS_OF } from "../nemesis/swarm.ts";
import { encodeResults } from "../../kv/store/step_codec.ts";
import { answerTo, unbrokenBy } from "./txn.ts";

type Txn = Operation<TransactionInput, TransactionOutput>;

/** A committed transaction of `client`. */
function done(
  client: string,
  [callAt, returnAt]: readonly [number, number],
  ...operations: MicroOperation[]
): Txn {
  return {
    client,
    callAt,
    input: { f: "txn", operations },
    outcome: { status: "ok", returnAt, output: { f: "txn", committed: true, operations } },
  };
}

const APPEND = { f: "append", key: "l0", value: "c1.1.1" } as const;

Deno.test("a transaction that misses what had been committed before it is told with clients and times", () => {
  const written = done("c1", [0, 5], APPEND, { f: "write", key: "r0", value: "c1.1.2" });
  const whole = done("c2", [6, 9], { f: "read", key: "l0", found: ["c1.1.1"] });
  assertEquals(unbrokenBy([written, whole]), "proven");
  const stale = done("c2", [10, 12.5], { f: "read", key: "r0", found: null });
  const broken = unbrokenBy([written, whole, stale]);
  assert(broken !== null && broken !== "proven");
  assertEquals([broken.violation.law, broken.atMs], ["strict-serializability", 12.5]);
  assertStringIncludes(
    broken.violation.sentence,
    "no more than serializable: G-single-process: c2 (10.0 ms) must come",
  );
});

Deno.test("a client that gave up and went on is two processes, and what was refused must not be seen", () => {
  const lost: Txn = {
    client: "c1",
    callAt: 0,
    input: { f: "txn", operations: [APPEND] },
    outcome: { status: "unknown" },
  };
  assertEquals(unbrokenBy([lost, done("c1", [6, 9], { f: "read", key: "l0", found: null })]), "proven");
  const refused: Txn = {
    ...lost,
    outcome: { status: "ok", returnAt: 5, output: { f: "txn", committed: false } },
  };
  const seen = unbrokenBy([refused, done("c2", [6, 9], { f: "read", key: "l0", found: ["c1.1.1"] })]);
  assert(seen !== null && seen !== "proven");
  assertStringIncludes(
    seen.violation.sentence,
    "no more than read-uncommitted: c2 (6.0 ms) read c1.1.1 from l0",
  );
});

Deno.test("an answer to somebody else's question is read as what nobody wrote, so that the checker can say so", () => {
  const asked: MicroOperation[] = [{ f: "read", key: "r0", found: null }, {
    f: "read",
    key: "l0",
    found: null,
  }];
  const reply = encodeResults([{ kind: "done", results: [{ kind: "nothing" }] }]);
  const output = answerTo(asked, reply);
  assert(output.committed);
  const broken = unbrokenBy([done("c1", [0, 5], APPEND), done("c2", [6, 9], ...output.operations)]);
  assert(broken !== null && broken !== "proven");
  assertStringIncludes(broken.violation.sentence, "which nobody ever wrote there");
});

Deno.test("two values of a register of which nobody knows which came first leave it to the search; a read before each write does not", () => {
  const write = (client: string) => ({ f: "write", key: "r0", value: client }) as const;
  const read = (found: string | null) => ({ f: "read", key: "r0", found }) as const;
  assertEquals(unbrokenBy([done("c1", [0, 5], write("c1")), done("c2", [1, 6], write("c2"))]), null);
  const first = done("c1", [0, 5], read(null), write("c1"));
  assertEquals(unbrokenBy([first, done("c2", [1, 6], read("c1"), write("c2"))]), "proven");
});

Deno.test("the workload is drawn as often as any other of its layer, and the others keep their seeds (seeds 1 to 2000)", () => {
  const drawn = Array.from(
    { length: 2000 },
    (_, i) => drawPlan(i + 1, { safetyMs: 1000, layer: "kv", workload: "" }),
  );
  const share = drawn.filter(({ workload }) => workload === "txn").length / drawn.length;
  const fair = 1 / WORKLOADS_OF.kv.length;
  assert(share > fair / 2 && share < fair * 2, `${share} instead of about ${fair}`);
});
