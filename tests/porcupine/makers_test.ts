import { assertEquals } from "@std/assert";
import { type Operation, versionedKvModel } from "../../porcupine/mod.ts";
import type { VersionedKvInput, VersionedKvOutput } from "../../porcupine/mod.ts";
import { orderHistory } from "../../porcupine/history.ts";
import { VersionMakers } from "../../porcupine/makers.ts";
import { partition, Questions, recorded } from "../../porcupine/parts.ts";

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
