import type { Answer, Model } from "../types.ts";
import { adaptModel, type Translated } from "./adapt.ts";
import { noAnswer, unknownRequest } from "./answers.ts";
import { type RegisterInput, registerModel, type RegisterOutput, type RegisterValue } from "./register.ts";

/**
 * The end of an operation as jepsen's etcd test logs it.
 *
 * - `ok`: it took place; `value` is what a read saw (`null` for "no value"; for the others it says nothing).
 * - `fail`: a compare-and-set that found another value; a write that was not carried out; a read that timed out, which says
 *   nothing.
 *
 * A write or compare-and-set that timed out (`info`) has no answer: its outcome is of status `unknown`, because it may still
 * take effect later.
 */
export type EtcdOutput = { readonly type: "ok"; readonly value: RegisterValue } | { readonly type: "fail" };

/**
 * The register of jepsen's etcd test: read, write and compare-and-set, with the endings that its logs know.
 *
 * @example
 * ```ts
 * import { checkOperations, etcdModel } from "@flotilla/flotilla/porcupine";
 *
 * const verdict = checkOperations(etcdModel(), [
 *   { client: 0, callAt: 0, input: { f: "write", value: 3 }, outcome: { status: "unknown" } },
 *   { client: 1, callAt: 1, input: { f: "cas", from: 3, to: 4 }, outcome: { status: "ok", returnAt: 2, output: { type: "fail" } } },
 *   { client: 2, callAt: 3, input: { f: "read" }, outcome: { status: "ok", returnAt: 4, output: { type: "ok", value: 3 } } },
 * ]);
 * if (verdict.kind !== "ok") throw new Error(verdict.kind);
 * ```
 */
export function etcdModel(): Model<RegisterValue, RegisterInput, EtcdOutput> {
  return adaptModel<RegisterValue, RegisterInput, EtcdOutput, RegisterInput, RegisterOutput>(
    registerModel(),
    {
      name: "etcd",
      source: { module: import.meta.url, name: "etcdModel" },
      input: (input) => input,
      answer: translate,
    },
  );
}

function translate(input: RegisterInput, answer: Answer<EtcdOutput>): Translated<RegisterOutput> {
  if (!answer.known) return answer;
  const { output } = answer;
  if (output?.type !== "ok" && output?.type !== "fail") {
    return noAnswer(input, output, 'an output of type "ok" or "fail"');
  }
  switch (input?.f) {
    case "read":
      return output.type === "ok"
        ? { known: true, output: { f: "read", value: output.value } }
        : "didNothing";
    case "write":
      return output.type === "ok" ? { known: true, output: { f: "write" } } : "didNothing";
    case "cas":
      return { known: true, output: { f: "cas", swapped: output.type === "ok" } };
    default:
      return unknownRequest(input, "etcd", "read, write, cas");
  }
}
