/**
 * Planted bugs for partitions that are registers and are judged in another thread, by what was read of them.
 * @module
 */
import type { Mutant } from "./mutant.ts";

const READINGS = "porcupine/register_readings.ts";
const REGISTERS = "porcupine/parallel/registers.ts";
const SENT = "test -A --no-check tests/porcupine/registers_test.ts";
const SOURCE = "parallel: a register is judged elsewhere by what was read of it, at the same cost";

/** These mutants. */
export const porcupineRegisterMutants: readonly Mutant[] = [
  {
    id: "PC-registers-froms",
    title: "What a compare-and-set asked for is sent as what it set",
    source: SOURCE,
    file: READINGS,
    anchor: "const froms = this.#froms.pick(ids);",
    replacement: "const froms = this.#values.pick(ids);",
    killedBy: SENT,
  },
  {
    id: "PC-registers-places",
    title: "A value that is no whole number is sent with its place in the whole history's list",
    source: SOURCE,
    file: READINGS,
    anchor: "numbers[k] = -others.push(this.#others[~number]);",
    replacement: "others.push(this.#others[~number]);\n      numbers[k] = number;",
    killedBy: SENT,
  },
  {
    id: "PC-registers-itself",
    title: "A value that is only itself is sent, and is another one there",
    source: SOURCE,
    file: READINGS,
    anchor: '(typeof value === "object" && value !== null)',
    replacement: "false",
    killedBy: SENT,
  },
  {
    id: "PC-registers-initial",
    title: "Every register begins with nothing in another thread",
    source: SOURCE,
    file: REGISTERS,
    anchor: "new Registers(kind.initial, readings)",
    replacement: "new Registers(null, readings)",
    killedBy: SENT,
  },
  {
    id: "PC-registers-unfit",
    title:
      "A register that only its model can judge is held to be undecided because no thread can judge it without",
    source: SOURCE,
    file: "porcupine/parallel/worker_main.ts",
    anchor: "if (decision === undefined) return undefined;",
    replacement:
      'if (decision === undefined) return { kind: "decided", check, task, decision: UNDECIDED, work: 0, stopped: null };',
    killedBy: SENT,
  },
  {
    id: "PC-registers-spent",
    title:
      "What was spent in another thread on a register that only its model can judge has cost nothing there",
    source: SOURCE,
    file: "porcupine/parallel/worker_main.ts",
    anchor: '{ kind: "unfit", check, task, work: budget.work }',
    replacement: '{ kind: "unfit", check, task, work: 0 }',
    killedBy: SENT,
  },
  {
    id: "PC-registers-counted",
    title: "What was spent in another thread on a register that only its model can judge is not counted here",
    source: SOURCE,
    file: "porcupine/parallel/team.ts",
    anchor: 'if (tried?.kind === "hard") own.spend(tried.work);',
    replacement: "",
    killedBy: SENT,
  },
];
