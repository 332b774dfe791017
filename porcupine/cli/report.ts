import type { LoadedHistory } from "../formats/mod.ts";
import type { LevelsReport } from "../levels/mod.ts";
import { tellOperation } from "../tell.ts";
import type { IllegalVerdict, Verdict } from "../types.ts";
import { visible } from "../visible.ts";

/** A history that was judged. */
export interface Judged<State, Input, Output> {
  readonly history: LoadedHistory<State, Input, Output>;
  readonly modelName: string;
  readonly verdict: Verdict;
  readonly elapsedMs: number;
  /** What the weaker levels say; `null` if they were not asked. */
  readonly levels: LevelsReport | null;
  /** Where the picture went; `null` if there is none. */
  readonly picture: string | null;
  /** Whether only the verdict was asked for: then the core is what was found on the way. */
  readonly quick: boolean;
}

/** An operation as a report shows it. */
interface OperationRow {
  readonly index: number;
  readonly line: number;
  readonly client: string | number;
  readonly operation: string;
  readonly callAt: number;
  readonly returnAt: number | null;
}

/** How many operations of a core fit on a screen. */
const SHOWN = 12;

/** The name of the schema of {@linkcode jsonReport}, described in `README.md`; another schema gets another name. */
export const JSON_REPORT = "check-1";

/** Everything about a verdict, for programs; the order that was found only if asked for, since it is as long as the history. */
export function jsonReport<State, Input, Output>(
  judged: Judged<State, Input, Output>,
  { order }: { readonly order: boolean },
): string {
  const { history, modelName, verdict, elapsedMs } = judged;
  const partitions = verdict.partitions.map(({ key, operations, verdict }) => ({
    key,
    operations: operations.length,
    verdict,
  }));
  return JSON.stringify({
    report: JSON_REPORT,
    file: history.file,
    format: history.format,
    model: modelName,
    operations: history.operations.length,
    verdict: verdict.kind,
    ...details(judged),
    ...(judged.levels !== null && { levels: levelsReport(judged, judged.levels) }),
    ...(judged.picture !== null && { picture: judged.picture }),
    warnings: history.warnings,
    elapsedMs: Math.round(elapsedMs * 1000) / 1000,
    partitions,
    ...(order && { order: orderOf(verdict).map((index) => history.lines[index]) }),
  });
}

/** The linearization of the history; where there is none, those of its partitions, as far as they were explained. */
function orderOf(verdict: Verdict): readonly number[] {
  return verdict.kind === "ok"
    ? verdict.linearization
    : verdict.partitions.flatMap(({ linearization }) => linearization);
}

/** What programs are told of a file that cannot be judged; `null`: of a command line that makes no sense. */
export function jsonError(
  file: string | null,
  error: { readonly code: string; readonly message: string },
): string {
  return JSON.stringify({ report: JSON_REPORT, file, error: { code: error.code, message: error.message } });
}

function details<State, Input, Output>(judged: Judged<State, Input, Output>): Record<string, unknown> {
  const { verdict } = judged;
  switch (verdict.kind) {
    case "ok":
      return {};
    case "unknown": {
      const upTo = verdict.linearizableUpTo;
      return { reason: verdict.reason, linearizableUpTo: upTo < 0 ? null : row(judged, upTo) };
    }
    case "illegal":
      return {
        partition: verdict.partition,
        sentence: verdict.sentence,
        firstImpossible: row(judged, verdict.firstImpossible),
        core: [...verdict.core].sort((a, b) => a - b).map((index) => row(judged, index)),
        coreIsMinimal: verdict.coreIsMinimal,
        coreStandsAlone: verdict.coreStandsAlone,
      };
  }
}

/** Operations are told with their lines, as everywhere in the report. */
function levelsReport<State, Input, Output>(
  judged: Judged<State, Input, Output>,
  { sentence, parts }: LevelsReport,
): Record<string, unknown> {
  return {
    sentence,
    parts: parts.map((part) => ({
      ...part,
      levels: Object.fromEntries(
        Object.entries(part.levels).map(([name, verdict]) => [
          name,
          verdict.holds === "no"
            ? { ...verdict, operations: verdict.operations.map((index) => row(judged, index)) }
            : verdict,
        ]),
      ),
      lag: part.lag === null || part.lag.worst < 0
        ? part.lag
        : { ...part.lag, worst: row(judged, part.lag.worst) },
    })),
  };
}

/** The report for a person: one screen. `paint` colours a text, or not. */
export function textReport<State, Input, Output>(
  judged: Judged<State, Input, Output>,
  paint: (colour: "red" | "green" | "yellow" | "dim", text: string) => string,
): string {
  const { history, modelName, verdict, elapsedMs } = judged;
  const clients = new Set(history.operations.map(({ client }) => client)).size;
  const lost = history.operations.filter(({ outcome }) => outcome.status === "unknown").length;
  const lines = [
    `${history.file}: ${count(history.operations.length, "operation")} of ${count(clients, "client")}` +
    `${lost > 0 ? `, ${lost} without an answer` : ""} (${history.format}, model ${modelName})`,
  ];
  switch (verdict.kind) {
    case "ok":
      lines.push(`${paint("green", "LINEARIZABLE")}  an order of all operations explains every answer`);
      break;
    case "unknown":
      lines.push(`${paint("yellow", "UNKNOWN")}  ${unknownSentence(judged, verdict)}`);
      break;
    case "illegal": {
      lines.push(
        `${paint("red", "NOT LINEARIZABLE")}  ${visible(verdict.sentence)}`,
        ...coreLines(judged, paint),
      );
      break;
    }
  }
  if (judged.levels !== null) lines.push(`  weaker levels: ${visible(judged.levels.sentence)}`);
  if (judged.picture !== null) lines.push(paint("dim", `picture: ${judged.picture}`));
  lines.push(paint("dim", `${partitionLine(verdict)}, ${elapsedMs.toFixed(elapsedMs < 10 ? 1 : 0)} ms`));
  return lines.join("\n");
}

function unknownSentence<State, Input, Output>(
  judged: Judged<State, Input, Output>,
  verdict: Extract<Verdict, { kind: "unknown" }>,
): string {
  const limit = {
    time: "the time limit struck",
    memory: "the memory limit struck",
    aborted: "the check was stopped",
  };
  if (verdict.linearizableUpTo < 0) return `${limit[verdict.reason]} before anything was settled`;
  const last = row(judged, verdict.linearizableUpTo);
  const where = visible(`client ${last.client}, ${last.operation}`);
  return `${limit[verdict.reason]}; linearizable up to line ${last.line} (${where})`;
}

function coreLines<State, Input, Output>(
  judged: Judged<State, Input, Output>,
  paint: (colour: "red" | "dim", text: string) => string,
): string[] {
  const { verdict } = judged;
  if (verdict.kind !== "illegal") return [];
  const rows = [...verdict.core].sort((a, b) => a - b).map((index) => row(judged, index));
  const head = coreHead(verdict, judged.quick);
  const shown = rows.slice(-SHOWN).map((entry) => ({
    ...entry,
    operation: visible(entry.operation),
    client: visible(String(entry.client)),
  }));
  const width = Math.max(...shown.map(({ operation }) => operation.length));
  const place = Math.max(...shown.map(({ line }) => String(line).length));
  const body = shown.map((entry) => {
    const first = entry.index === verdict.firstImpossible;
    const text =
      `line ${String(entry.line).padStart(place)}  ${
        entry.operation.padEnd(width)
      }  client ${entry.client}, ` +
      `${entry.callAt} to ${entry.returnAt ?? "?"}`;
    return first ? paint("red", `  > ${text}  first impossible`) : `    ${text}`;
  });
  const hidden = rows.length - shown.length;
  return [head, ...(hidden > 0 ? [paint("dim", `    ... ${hidden} more`)] : []), ...body];
}

function coreHead(
  { core: { length: size }, coreIsMinimal: isMinimal, coreStandsAlone }: IllegalVerdict,
  quick: boolean,
): string {
  if (quick) return "  met at (--quick does not ask which operations contradict each other):";
  if (!coreStandsAlone) {
    return size === 1
      ? "  given the answers to all that was called before it, nothing explains it:"
      : `  given the answers to all that was called before the first of them, these ${size} operations contradict ` +
        "each other; without any one of them they do not:";
  }
  if (size === 1) return "  nothing that any other operation may have done explains it:";
  return `  these ${count(size, "operation")} contradict each other${
    isMinimal ? "; without any one of them they do not" : ""
  }:`;
}

function partitionLine(verdict: Verdict): string {
  const tally = new Map<string, number>();
  for (const part of verdict.partitions) tally.set(part.verdict, (tally.get(part.verdict) ?? 0) + 1);
  const parts = [...tally].map(([name, n]) => `${n} ${name}`).join(", ");
  return `${count(verdict.partitions.length, "partition")}${parts === "" ? "" : `: ${parts}`}`;
}

/** One operation for a report. */
function row<State, Input, Output>(judged: Judged<State, Input, Output>, index: number): OperationRow {
  const { history } = judged;
  const operation = history.operations[index];
  const { client, callAt, outcome } = operation;
  return {
    index,
    line: history.lines[index],
    client,
    operation: tellOperation(history.model, operation),
    callAt,
    returnAt: outcome.status === "ok" ? outcome.returnAt : null,
  };
}

function count(n: number, noun: string): string {
  return `${n.toLocaleString("en-US")} ${noun}${n === 1 ? "" : "s"}`;
}
