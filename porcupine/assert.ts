import { checkOperations } from "./check.ts";
import { CHECK_NAMES, requireNames } from "./require/names.ts";
import { tellClient, tellOperation } from "./tell.ts";
import { naming } from "./thrown.ts";
import type { CheckOptions, IllegalVerdict, Model, OkVerdict, Operation, UnknownVerdict } from "./types.ts";

/**
 * A history that is not linearizable, or whose verdict is open: what {@linkcode assertLinearizable} throws.
 *
 * @example A picture of what failed
 * ```ts
 * import {
 *   assertLinearizable,
 *   NotLinearizableError,
 *   type Operation,
 *   type RegisterInput,
 *   registerModel,
 *   type RegisterOutput,
 *   renderHtml,
 * } from "@flotilla/flotilla/porcupine";
 *
 * const model = registerModel();
 * const operations: Operation<RegisterInput, RegisterOutput>[] = [
 *   { client: 1, callAt: 0, input: { f: "read" }, outcome: { status: "ok", returnAt: 1, output: { f: "read", value: 7 } } },
 * ];
 * let page = "";
 * try {
 *   assertLinearizable(model, operations);
 * } catch (error) {
 *   if (!(error instanceof NotLinearizableError)) throw error;
 *   page = renderHtml({ model, operations }, error.verdict); // keep it beside the test's log, and throw the error again
 * }
 * if (!page.startsWith("<!doctype html>")) throw new Error("nobody wrote 7");
 * ```
 */
export class NotLinearizableError extends Error {
  /** `not-linearizable`: no order explains the answers; `undecided`: a limit struck before that was settled. */
  readonly code: "not-linearizable" | "undecided";
  /** The verdict with its certificate. */
  readonly verdict: IllegalVerdict | UnknownVerdict;

  /** Builds the error; the message is for a person. */
  constructor(message: string, verdict: IllegalVerdict | UnknownVerdict) {
    super(message);
    this.name = "NotLinearizableError";
    this.code = verdict.kind === "illegal" ? "not-linearizable" : "undecided";
    this.verdict = verdict;
  }
}

/**
 * For tests: answers the verdict of a linearizable history, and throws a {@linkcode NotLinearizableError} otherwise, whose
 * message says why and lists the operations that contradict each other. A history that could not be settled within the limits
 * fails, too: it has not passed.
 *
 * @example
 * ```ts
 * import { assertLinearizable, type KvInput, kvModel, type KvOutput, Recorder } from "@flotilla/flotilla/porcupine";
 *
 * const store = new Map<string, string>();
 * const recorder = new Recorder<KvInput, KvOutput>();
 * await recorder.run("ann", { f: "put", key: "x", value: "1" }, () => {
 *   store.set("x", "1");
 *   return { f: "put" };
 * });
 * await recorder.run("bob", { f: "get", key: "x" }, () => ({ f: "get", value: store.get("x") ?? "" }));
 * assertLinearizable(kvModel(), recorder.operations, { timeLimitMs: 10_000 });
 * ```
 */
export function assertLinearizable<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  options: CheckOptions = {},
): OkVerdict {
  requireNames("assertLinearizable", options, CHECK_NAMES);
  const verdict = checkOperations(model, operations, options);
  if (verdict.kind === "ok") return verdict;
  const message = naming(
    model,
    operations,
    (model) =>
      verdict.kind === "illegal"
        ? complaint(model, operations, verdict, options)
        : doubt(model, operations, verdict),
  );
  throw new NotLinearizableError(message, verdict);
}

/** How many operations of a core fit in a message. */
const SHOWN = 12;

function complaint<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  { sentence, core, coreIsMinimal, coreStandsAlone, firstImpossible }: IllegalVerdict,
  { explain }: CheckOptions,
): string {
  const members = [...core].sort((a, b) => operations[a].callAt - operations[b].callAt || a - b);
  const lines = members.slice(-SHOWN).map((index) => {
    const { client, callAt, outcome } = operations[index];
    const end = outcome.status === "ok" ? outcome.returnAt : "?";
    const mark = index === firstImpossible ? ">" : " ";
    return `  ${mark} [${index}] client ${tellClient(client)}: ${
      tellOperation(model, operations[index])
    }, ${callAt} to ${end}`;
  });
  const hidden = members.length > SHOWN ? [`    ... ${members.length - SHOWN} more`] : [];
  const head = explain === "verdict"
    ? "Met at:"
    : !coreStandsAlone
    ? core.length === 1
      ? "Given the answers to all that was called before it, nothing explains it:"
      : "Given the answers to all that was called before the first of these, they contradict each other; without any one of them they do not:"
    : core.length === 1
    ? "Nothing that any other operation may have done explains it:"
    : coreIsMinimal
    ? "These contradict each other; without any one of them they do not:"
    : "These contradict each other:";
  return [`Not linearizable. ${sentence}`, head, ...hidden, ...lines].join("\n");
}

function doubt<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  { reason, linearizableUpTo }: UnknownVerdict,
): string {
  const limit = {
    time: "the time limit struck; allow more",
    memory: "the memory limit struck; allow more",
    aborted: "the check was stopped",
  };
  const where = linearizableUpTo < 0
    ? "Nothing was settled"
    : `Linearizable up to [${linearizableUpTo}] client ${tellClient(operations[linearizableUpTo].client)}: ` +
      tellOperation(model, operations[linearizableUpTo]);
  return `Could not be decided whether the history is linearizable: ${limit[reason]}. ${where}.`;
}
