import type { Operation, Verdict } from "../types.ts";
import {
  deltaColumn,
  flagsOf,
  nameOf,
  numberOf,
  partitionColumn,
  storyColumn,
  textColumn,
  timeColumns,
  timeScale,
  writeColumn,
} from "./columns.ts";
import type { SceneFacts } from "./facts.ts";
import type { PictureHistory, PictureOptions } from "./options.ts";
import { notesOf } from "./notes.ts";
import { packColumns } from "./pack.ts";
import { COLUMN, PART_VERDICTS } from "./page/columns.ts";
import { tellClient } from "../tell.ts";
import { visible } from "../visible.ts";
import { describeOperation, describeState, impossibleNext, type Replay, replay } from "./replay.ts";

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
  const clients = nameClients(operations, options);
  const colours = new Map<string, number>();
  const replayed = verdict.partitions.map((part) => replay(history, part));
  const scale = timeScale(operations);
  const [calls, lengths] = timeColumns(operations, scale);
  const columns: Uint8Array[] = [];
  columns[COLUMN.client] = writeColumn(operations, (_, out, i) => out.varint(clients.of[i]));
  columns[COLUMN.part] = partitionColumn(operations.length, verdict.partitions);
  columns[COLUMN.flags] = writeColumn(
    operations,
    (operation, out, i) => out.byte(flagsOf(operation, options.mark?.(operation, i))),
  );
  columns[COLUMN.colour] = writeColumn(
    operations,
    (operation, out, i) => {
      const colour = options.colour?.(operation, i);
      // 0: by name.
      out.varint(colour === undefined ? 0 : numberOf(colour, colours) + 1);
    },
  );
  columns[COLUMN.call] = calls;
  columns[COLUMN.length] = lengths;
  columns[COLUMN.line] = deltaColumn(options.lines ?? []);
  const texts = operations.map((operation) => describeOperation(model, operation));
  const names = new Map<string, number>();
  columns[COLUMN.story] = storyColumn(texts, verdict.partitions, replayed.map(({ states }) => states));
  columns[COLUMN.name] = writeColumn(texts, (text, out) => out.varint(numberOf(nameOf(text), names)));
  columns[COLUMN.nameText] = textColumn([...names.keys()]);
  columns[COLUMN.order] = deltaColumn(verdict.partitions.flatMap(({ linearization }) => linearization));
  columns[COLUMN.clientName] = textColumn(clients.names);
  columns[COLUMN.clientGroup] = textColumn(clients.groups);
  partColumns(verdict, columns);
  const facts: SceneFacts = {
    ...verdictFacts(history, verdict, replayed),
    title: visible(options.title ?? "History"),
    model: model.name,
    facts: Object.entries(options.facts ?? {}).map(([name, fact]) => [visible(name), visible(fact)]),
    count: operations.length,
    nameCount: names.size,
    clientCount: clients.names.length,
    partCount: verdict.partitions.length,
    initialState: describeState(model, model.init()),
    timeScale: scale,
    colours: [...colours.keys()],
    lineName: options.lineName ?? "line",
    annotations: notesOf(options.annotations ?? []),
  };
  return { columns: packColumns(columns), facts };
}

function partColumns({ partitions }: Verdict, columns: Uint8Array[]): void {
  columns[COLUMN.partKey] = textColumn(partitions.map(({ key }) => flat(key)));
  columns[COLUMN.partVerdict] = writeColumn(
    partitions,
    ({ verdict }, out) => out.byte(PART_VERDICTS.indexOf(verdict)),
  );
  columns[COLUMN.partSize] = writeColumn(partitions, (part, out) => out.varint(part.operations.length));
  columns[COLUMN.partPlaced] = writeColumn(partitions, (part, out) => out.varint(part.linearization.length));
}

interface Clients {
  readonly names: readonly string[];
  readonly groups: readonly string[];
  /** The number of each operation's client. */
  readonly of: Int32Array;
}

function nameClients<Input, Output>(
  operations: readonly Operation<Input, Output>[],
  options: PictureOptions<Input, Output>,
): Clients {
  const numbers = new Map<string, number>();
  const names: string[] = [];
  const groups: string[] = [];
  const of = new Int32Array(operations.length);
  for (let i = 0; i < operations.length; i++) {
    const { client } = operations[i];
    const name = tellClient(client);
    let number = numbers.get(name);
    if (number === undefined) {
      numbers.set(name, number = names.length);
      names.push(flat(name));
      groups.push(flat(options.groupOf?.(client) ?? ""));
    }
    of[i] = number;
  }
  return { names, groups, of };
}

/** Names stand one a line in their column. */
function flat(name: string): string {
  return visible(name.replaceAll(/\r?\n|\r/g, " "));
}

type VerdictFacts = Pick<
  SceneFacts,
  | "verdict"
  | "sentence"
  | "focus"
  | "core"
  | "coreIsMinimal"
  | "coreStandsAlone"
  | "pivot"
  | "illegalNext"
  | "doubted"
>;

function verdictFacts<State, Input, Output>(
  history: PictureHistory<State, Input, Output>,
  verdict: Verdict,
  replayed: readonly Replay<State>[],
): VerdictFacts {
  const { partitions } = verdict;
  const bad = partitions.findIndex((part) => part.verdict === "illegal" || part.verdict === "unknown");
  const focus = bad >= 0 ? bad : partitions.length === 1 ? 0 : -1;
  const illegalNext = bad < 0 ? [] : impossibleNext(history, partitions[bad], replayed[bad].ends);
  const doubted = replayed.flatMap((part) => part.doubted);
  const none = { core: [], coreIsMinimal: false, coreStandsAlone: true };
  const base = { verdict: verdict.kind, focus, illegalNext, doubted, ...none };
  switch (verdict.kind) {
    case "ok":
      return { ...base, sentence: "An order of all operations explains every answer.", pivot: -1 };
    case "unknown": {
      const limit = verdict.reason === "aborted"
        ? "The check was stopped"
        : `The ${verdict.reason} limit struck`;
      const last = history.operations[verdict.linearizableUpTo];
      const known = last === undefined
        ? ""
        : ` Up to the return of client ${flat(tellClient(last.client))}'s ${
          describeOperation(history.model, last)
        } everything is explained.`;
      const sentence = `${limit} before the question was settled.${known}`;
      return { ...base, sentence, pivot: verdict.linearizableUpTo };
    }
    case "illegal":
      return {
        ...base,
        sentence: visible(verdict.sentence),
        core: verdict.core,
        coreIsMinimal: verdict.coreIsMinimal,
        coreStandsAlone: verdict.coreStandsAlone,
        pivot: verdict.firstImpossible,
      };
  }
}
