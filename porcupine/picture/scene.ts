import { ILLEGAL, type Model, type Operation, type PartitionReport, type Verdict } from "../types.ts";
import type { PictureHistory, PictureOptions } from "./options.ts";
import { ByteWriter, packColumns } from "./pack.ts";

/** What the page knows besides its columns; written into it as JSON. */
export interface SceneFacts {
  readonly title: string;
  readonly model: string;
  readonly verdict: Verdict["kind"];
  /** The sentence under the title. */
  readonly sentence: string;
  readonly facts: readonly (readonly [string, string])[];
  readonly count: number;
  readonly clients: readonly { readonly name: string; readonly group: string }[];
  readonly partitions: readonly {
    readonly key: string;
    readonly verdict: string;
    readonly linearized: number;
  }[];
  /** The partition to open; -1: all of them. */
  readonly focus: number;
  readonly core: readonly number[];
  readonly coreIsMinimal: boolean;
  /** The first impossible operation, or the last one up to which all is well; -1 if none. */
  readonly pivot: number;
  /** Operations that may come next in real time where the longest order ends, and that no state allows there. */
  readonly illegalNext: readonly number[];
  readonly initialState: string;
  /** Times are whole numbers divided by this. */
  readonly timeScale: number;
  /** Colours given by the caller. */
  readonly colours: readonly string[];
  readonly lineName: string;
  readonly annotations: readonly {
    readonly lane: string;
    readonly at: number;
    readonly until: number;
    readonly text: string;
    readonly detail: string;
    readonly colour: string;
  }[];
}

/** A history ready to be written into a page. */
export interface Scene {
  readonly facts: SceneFacts;
  /** The columns, packed; `page/scene.ts` reads them back. */
  readonly columns: string;
}

/** Turns a history and its verdict into what the page needs. */
export function buildScene<State, Input, Output>(
  history: PictureHistory<State, Input, Output>,
  verdict: Verdict,
  options: PictureOptions<Input, Output>,
): Scene {
  const { model, operations } = history;
  const clients = new Map<string, number>();
  const groups: { name: string; group: string }[] = [];
  for (const { client } of operations) {
    const name = String(client);
    if (clients.has(name)) continue;
    clients.set(name, groups.length);
    groups.push({ name, group: options.groupOf?.(client) ?? "" });
  }
  const colours = new Map<string, number>();
  const replayed = verdict.partitions.map((part) => replay(history, part));
  const scale = timeScale(operations);
  const columns = packColumns([
    writeColumn(operations, ({ client }, out) => out.varint(clients.get(String(client)) ?? 0)),
    partitionColumn(operations.length, verdict.partitions),
    writeColumn(
      operations,
      (operation, out, i) => out.byte(flagsOf(operation, options.mark?.(operation, i))),
    ),
    writeColumn(
      operations,
      (operation, out, i) => out.varint(colourOf(options.colour?.(operation, i), colours)),
    ),
    ...timeColumns(operations, scale),
    lineColumn(operations.length, options.lines),
    textColumn(operations.map(({ input, outcome }) => describe(model, input, outcome))),
    orderColumn(verdict.partitions),
    textColumn(replayed.flatMap(({ states }) => states)),
  ]);
  return {
    columns,
    facts: {
      ...verdictFacts(history, verdict, replayed),
      title: options.title ?? "History",
      model: model.name,
      facts: Object.entries(options.facts ?? {}),
      count: operations.length,
      clients: groups,
      initialState: describeState(model, model.init()),
      timeScale: scale,
      colours: [...colours.keys()],
      lineName: options.lineName ?? "line",
      annotations: (options.annotations ?? []).map((note) => ({
        lane: note.lane,
        at: note.at,
        until: note.until ?? note.at,
        text: note.text,
        detail: note.detail ?? "",
        colour: note.colour ?? "",
      })),
    },
  };
}

type VerdictFacts = Pick<
  SceneFacts,
  "verdict" | "sentence" | "partitions" | "focus" | "core" | "coreIsMinimal" | "pivot" | "illegalNext"
>;

function verdictFacts<State, Input, Output>(
  history: PictureHistory<State, Input, Output>,
  verdict: Verdict,
  replayed: readonly Replay<State>[],
): VerdictFacts {
  const partitions = verdict.partitions.map(({ key, verdict, linearization }) => ({
    key,
    verdict,
    linearized: linearization.length,
  }));
  const bad = verdict.partitions.findIndex((part) =>
    part.verdict === "illegal" || part.verdict === "unknown"
  );
  const focus = bad >= 0 ? bad : partitions.length === 1 ? 0 : -1;
  const illegalNext = bad < 0 ? [] : impossibleNext(history, verdict.partitions[bad], replayed[bad].ends);
  const base = { verdict: verdict.kind, partitions, focus, illegalNext };
  switch (verdict.kind) {
    case "ok":
      return {
        ...base,
        sentence: "An order of all operations explains every answer.",
        core: [],
        coreIsMinimal: false,
        pivot: -1,
      };
    case "unknown": {
      const sentence =
        `The ${verdict.reason === "aborted" ? "check was stopped" : `${verdict.reason} limit struck`} ` +
        "before the question was settled.";
      return { ...base, sentence, core: [], coreIsMinimal: false, pivot: verdict.linearizableUpTo };
    }
    case "illegal":
      return {
        ...base,
        sentence: verdict.sentence,
        core: verdict.core,
        coreIsMinimal: verdict.coreIsMinimal,
        pivot: verdict.firstImpossible,
      };
  }
}

/** The states along a partition's order. */
interface Replay<State> {
  /** After each operation, in words; empty where it is as before. */
  readonly states: readonly string[];
  /** What the object may hold at the end. */
  readonly ends: readonly State[];
}

function replay<State, Input, Output>(
  { model, operations }: PictureHistory<State, Input, Output>,
  part: PartitionReport,
): Replay<State> {
  let current: readonly State[] = [model.init()];
  let shown = describeState(model, current[0]);
  const states: string[] = [];
  for (const index of part.linearization) {
    const next = current.flatMap((state) => nexts(model, state, operations[index]));
    // A nondeterministic model may be in several states at once; a few are enough to look at.
    current = next.slice(0, 8);
    const text = current.map((state) => describeState(model, state)).join(" or ");
    states.push(text === shown ? "" : text);
    shown = text;
  }
  return { states, ends: current };
}

function nexts<State, Input, Output>(
  model: Model<State, Input, Output>,
  state: State,
  { input, outcome }: Operation<Input, Output>,
): readonly State[] {
  const answer = outcome.status === "ok"
    ? { known: true, output: outcome.output } as const
    : { known: false } as const;
  const context = { expired: () => false };
  if ("steps" in model) return model.steps(state, input, answer, context);
  const next = model.step(state, input, answer, context);
  return next === ILLEGAL ? [] : [next as State];
}

function impossibleNext<State, Input, Output>(
  { model, operations }: PictureHistory<State, Input, Output>,
  part: PartitionReport,
  ends: readonly State[],
): number[] {
  const done = new Set(part.linearization);
  const left = part.operations.filter((index) => !done.has(index));
  let deadline = Infinity;
  for (const index of left) {
    const { outcome } = operations[index];
    if (outcome.status === "ok") deadline = Math.min(deadline, outcome.returnAt);
  }
  return left.filter((index) =>
    operations[index].callAt <= deadline &&
    ends.every((state) => nexts(model, state, operations[index]).length === 0)
  );
}

function writeColumn<T>(
  items: readonly T[],
  write: (item: T, out: ByteWriter, index: number) => void,
): Uint8Array {
  const out = new ByteWriter();
  for (let i = 0; i < items.length; i++) write(items[i], out, i);
  return out.take();
}

function partitionColumn(count: number, partitions: readonly PartitionReport[]): Uint8Array {
  const part = new Int32Array(count);
  for (let p = 0; p < partitions.length; p++) for (const index of partitions[p].operations) part[index] = p;
  const out = new ByteWriter();
  for (const p of part) out.varint(p);
  return out.take();
}

/** Bit 0: no answer; bit 1: refused; bit 2: of unclear outcome. */
function flagsOf<Input, Output>(operation: Operation<Input, Output>, mark: string | undefined): number {
  return (operation.outcome.status === "unknown" ? 1 : 0) |
    (mark === "failed" ? 2 : mark === "maybe" ? 4 : 0);
}

/** 0: by name; otherwise one more than the index of a colour. */
function colourOf(colour: string | undefined, colours: Map<string, number>): number {
  if (colour === undefined) return 0;
  const known = colours.get(colour);
  if (known !== undefined) return known + 1;
  colours.set(colour, colours.size);
  return colours.size;
}

/** The power of ten by which every time becomes a whole number; 1e6 if none does (finer digits are not shown). */
function timeScale<Input, Output>(operations: readonly Operation<Input, Output>[]): number {
  let scale = 1;
  const fits = (time: number): boolean => Math.abs(time * scale - Math.round(time * scale)) < 1e-6;
  for (const { callAt, outcome } of operations) {
    while (scale < 1e6 && !(fits(callAt) && (outcome.status === "unknown" || fits(outcome.returnAt)))) {
      scale *= 10;
    }
  }
  return scale;
}

function timeColumns<Input, Output>(
  operations: readonly Operation<Input, Output>[],
  scale: number,
): Uint8Array[] {
  let last = 0;
  const calls = writeColumn(operations, ({ callAt }, out) => {
    const at = Math.round(callAt * scale);
    out.signed(at - last);
    last = at;
  });
  const lengths = writeColumn(operations, ({ callAt, outcome }, out) => {
    // 0 stands for "never returned", so that a length of 0 is written as 1.
    if (outcome.status === "unknown") out.varint(0);
    else out.varint(Math.round(outcome.returnAt * scale) - Math.round(callAt * scale) + 1);
  });
  return [calls, lengths];
}

function lineColumn(count: number, lines: readonly number[] | undefined): Uint8Array {
  const out = new ByteWriter();
  if (lines === undefined) return out.take();
  let last = 0;
  for (let i = 0; i < count; i++) {
    out.signed(lines[i] - last);
    last = lines[i];
  }
  return out.take();
}

function orderColumn(partitions: readonly PartitionReport[]): Uint8Array {
  const out = new ByteWriter();
  let last = 0;
  for (const { linearization } of partitions) {
    for (const index of linearization) {
      out.signed(index - last);
      last = index;
    }
  }
  return out.take();
}

function textColumn(texts: readonly string[]): Uint8Array {
  return new TextEncoder().encode(texts.join("\n"));
}

/** Longer descriptions are cut: a picture is no place for a megabyte. */
const MAX_TEXT = 240;

function oneLine(text: string): string {
  const flat = text.replaceAll("\n", "\u23ce");
  return flat.length <= MAX_TEXT ? flat : `${flat.slice(0, MAX_TEXT - 40)}...${flat.slice(-30)}`;
}

function describe<State, Input, Output>(
  model: Model<State, Input, Output>,
  input: Input,
  outcome: Operation<Input, Output>["outcome"],
): string {
  const answer = outcome.status === "ok"
    ? { known: true, output: outcome.output } as const
    : { known: false } as const;
  const plain = (): string =>
    `${JSON.stringify(input)} -> ${answer.known ? JSON.stringify(answer.output) ?? "done" : "?"}`;
  return oneLine(model.describeOperation?.(input, answer) ?? plain());
}

function describeState<State, Input, Output>(model: Model<State, Input, Output>, state: State): string {
  return oneLine(model.describeState?.(state) ?? JSON.stringify(state) ?? String(state));
}
