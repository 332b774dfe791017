/** Answers that no order explains, though what they tell could be put between what there was. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  checkLevels,
  type Operation,
  type RegisterInput,
  registerModel,
  type RegisterOutput,
  type VersionedKvInput,
  versionedKvModel,
  type VersionedKvOutput,
} from "../../../porcupine/mod.ts";

function put(version: number, callAt: number): Operation<VersionedKvInput, VersionedKvOutput> {
  return {
    client: "ann",
    callAt,
    input: { f: "put", key: "x", value: `${version}`, version },
    outcome: { status: "ok", returnAt: callAt + 1, output: { f: "put", result: "ok" } },
  };
}

function get(value: string, version: number): Operation<VersionedKvInput, VersionedKvOutput> {
  return {
    client: "bob",
    callAt: 0,
    input: { f: "get", key: "x" },
    outcome: { status: "ok", returnAt: 9, output: { f: "get", value, version } },
  };
}

for (
  const { what, history } of [
    { what: "a get of half a version", history: [put(0, 1), get("0", 0.5)] },
    { what: "a get of a version before the first", history: [get("", -1)] },
    { what: "a get of a version that is not a number", history: [get("", NaN)] },
    { what: "a put that replaced half a version", history: [put(0, 1), put(0.5, 3)] },
    { what: "a put that replaced a version before the first", history: [put(0, 1), put(-3, 3)] },
  ]
) {
  Deno.test(`No guarantee holds of ${what}, and no staleness explains it`, () => {
    const { parts: [{ linearizable, levels, staleness }] } = checkLevels(versionedKvModel(), history);
    assertEquals(linearizable, "no");
    assertEquals(Object.values(levels).map(({ holds }) => holds), Array(5).fill("no"));
    assertEquals(staleness, { kind: "none" });
  });
}

Deno.test("No read of NaN is right, whoever wrote it, as it is not itself: no guarantee holds, no staleness explains it", () => {
  const history: Operation<RegisterInput, RegisterOutput>[] = [
    {
      client: "ann",
      callAt: 0,
      input: { f: "write", value: NaN },
      outcome: { status: "ok", returnAt: 1, output: { f: "write" } },
    },
    {
      client: "bob",
      callAt: 2,
      input: { f: "read" },
      outcome: { status: "ok", returnAt: 3, output: { f: "read", value: NaN } },
    },
  ];
  const { parts: [{ linearizable, levels, staleness, lag }] } = checkLevels(registerModel(), history);
  assertEquals(linearizable, "no");
  assertEquals(Object.values(levels).map(({ holds }) => holds), Array(5).fill("no"));
  assertEquals(staleness, { kind: "none" });
  assertEquals(lag, null);
});

Deno.test("A swap that failed although its client had just written what it asks for fits no order, unless another wrote meanwhile", () => {
  const done = (client: string, callAt: number, input: RegisterInput, output: RegisterOutput) =>
    ({ client, callAt, input, outcome: { status: "ok", returnAt: callAt + 1, output } }) as const;
  const story = [
    done("ann", 0, { f: "write", value: 1 }, { f: "write" }),
    done("ann", 2, { f: "cas", from: 1, to: 2 }, { f: "cas", swapped: false }),
  ];
  for (
    const [others, expected] of [[[], "no"], [
      [done("bob", 0, { f: "write", value: 3 }, { f: "write" })],
      "yes",
    ]] as const
  ) {
    const { parts: [{ levels }] } = checkLevels(registerModel(), [...others, ...story]);
    assertEquals([levels.sequential.holds, levels.readYourWrites.holds], [expected, expected]);
  }
});

Deno.test("Of two puts that both replaced one version it is told that they did, though they stored the same", () => {
  const { parts: [{ levels: { sequential } }] } = checkLevels(versionedKvModel(), [put(0, 1), put(0, 3)]);
  assert(sequential.holds === "no");
  assertStringIncludes(sequential.because, "both made version 1");
  assertEquals(sequential.operations, [0, 1]);
});
