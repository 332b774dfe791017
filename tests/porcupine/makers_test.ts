import { assertEquals } from "@std/assert";
import { type Operation, registerModel, versionedKvModel } from "../../porcupine/mod.ts";
import type {
  RegisterInput,
  RegisterOutput,
  VersionedKvInput,
  VersionedKvOutput,
} from "../../porcupine/mod.ts";
import { orderHistory } from "../../porcupine/history.ts";
import { VersionMakers } from "../../porcupine/explain/makers.ts";
import { partition, Questions, recorded } from "../../porcupine/parts.ts";
import { Writers } from "../../porcupine/explain/writers.ts";

function put(
  at: number,
  version: number,
  result: "ok" | "version",
): Operation<VersionedKvInput, VersionedKvOutput> {
  return {
    client: at,
    callAt: at,
    input: { f: "put", key: "x", value: `v${at}`, version },
    outcome: { status: "ok", returnAt: at + 20, output: { f: "put", result } },
  };
}

Deno.test("A version that a believed answer builds on keeps the first put that can make it, refused ones aside", () => {
  const model = versionedKvModel();
  const { kind } = model;
  if (kind?.type !== "versioned") throw new TypeError("a versioned kv is versioned");
  const history = [
    put(0, 0, "version"),
    put(1, 0, "ok"),
    put(2, 0, "version"),
    put(3, 1, "version"),
    put(4, 1, "ok"),
    put(5, 2, "ok"),
    {
      client: 6,
      callAt: 6,
      input: { f: "get", key: "x" },
      outcome: { status: "ok", returnAt: 26, output: { f: "get", value: "v4", version: 2 } },
    } as const,
  ];
  const [part] = partition(model, history, orderHistory(history));
  const makers = VersionMakers.of(kind, new Questions(recorded(history), part), [0, 1, 2, 3, 4, 5]);
  // Of version 0 the first that is not believed; of version 1 the first of all and the first with the value seen.
  assertEquals(makers?.neededBy([0, 6]), [1, 3, 4, 5]);
  assertEquals(makers?.neededBy([1]), [0]);
});

Deno.test("What a read saw only those can have brought about that lead to its value; what a failed swap found, anybody", () => {
  const model = registerModel();
  const { kind } = model;
  if (kind?.type !== "register") throw new TypeError("a register is a register");
  const at = (callAt: number, input: RegisterInput, output: RegisterOutput) =>
    ({ client: callAt, callAt, input, outcome: { status: "ok", returnAt: callAt + 20, output } }) as const;
  const history = [
    at(0, { f: "write", value: 1 }, { f: "write" }),
    at(1, { f: "cas", from: 1, to: 2 }, { f: "cas", swapped: true }),
    at(2, { f: "write", value: 3 }, { f: "write" }),
    at(3, { f: "read" }, { f: "read", value: 2 }),
    at(4, { f: "cas", from: 1, to: 4 }, { f: "cas", swapped: false }),
  ];
  const [part] = partition(model, history, orderHistory(history));
  const writers = Writers.of(kind, new Questions(recorded(history), part), [0, 1, 2, 3, 4]);
  assertEquals(writers?.neededBy([3]), [0, 1]);
  assertEquals(writers?.neededBy([3, 4]), undefined);
});
