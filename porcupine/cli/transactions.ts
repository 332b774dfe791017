import { checkTransactions } from "../cycles/check.ts";
import { TRANSACTION_KINDS, transactionCodec, type TransactionKind } from "../cycles/codec.ts";
import { transactionsOf } from "../cycles/model.ts";
import type { Anomaly, Transaction, TransactionVerdict } from "../cycles/types.ts";
import { tellTransaction } from "../cycles/words.ts";
import { FormatError, loadOpened, type RawHistory } from "../formats/mod.ts";
import { PorcupineError } from "../types.ts";
import { visible } from "../visible.ts";
import { pictureFile, writeFile } from "./files.ts";
import type { CheckCommand } from "./flags.ts";
import { JSON_REPORT } from "./report.ts";
import { cyclePage, type JudgedTransactions } from "./transactions_page.ts";

type Paint = (colour: "red" | "green" | "yellow" | "dim", text: string) => string;

/** Whether a model's name means transactions, which are judged by their isolation level. */
export function isTransactions(model: string): model is TransactionKind {
  return Object.hasOwn(TRANSACTION_KINDS, model);
}

/** Judges one file of transactions and reports it. Throws what its reading throws. */
export async function judgeTransactions(
  job: { readonly file: string; readonly opened: RawHistory; readonly kind: TransactionKind },
  command: CheckCommand,
  paint: Paint,
): Promise<TransactionVerdict["kind"]> {
  const { file, opened, kind } = job;
  const loaded = await loadOpened(transactionCodec(kind), file, opened, { facts: command.facts });
  for (const warning of loaded.warnings) console.error(`${file}: ${warning}`);
  const history = transactionsOf(loaded.operations);
  const started = performance.now();
  const verdict = judge(file, history, loaded.lines, command);
  const elapsedMs = performance.now() - started;
  const picture = command.html === null ? null : pictureFile(command.html, file, command.files);
  const { format, lines, warnings } = loaded;
  const judged = { file, format, kind, history, lines, verdict, warnings, elapsedMs, picture };
  if (picture !== null) await writeFile(picture, cyclePage(judged));
  console.log(command.json ? jsonOf(judged) : textOf(judged, paint));
  return verdict.kind;
}

/** The checker's errors say which transaction; a file's reader wants the line. */
function judge(
  file: string,
  history: readonly Transaction[],
  lines: readonly number[],
  { level }: CheckCommand,
): TransactionVerdict {
  try {
    return checkTransactions(history, level === null ? {} : { level });
  } catch (error) {
    if (!(error instanceof PorcupineError) || error.index < 0) throw error;
    const code = error.code === "overlapping-calls" ? "overlapping-calls" : "model-mismatch";
    throw new FormatError(code, { file, line: lines[error.index] }, {
      expected: "a history of transactions that can be judged",
      found: error.message,
    });
  }
}

/** A transaction for a report. */
function row({ history, lines }: JudgedTransactions, index: number): Record<string, unknown> {
  const { process, callAt, outcome } = history[index];
  return {
    index,
    line: lines[index],
    client: process,
    operation: tellTransaction(history[index]),
    callAt,
    returnAt: outcome.status === "unknown" ? null : outcome.returnAt,
  };
}

function jsonOf(judged: JudgedTransactions): string {
  const { verdict } = judged;
  const told = (anomaly: Anomaly): Record<string, unknown> => ({
    ...anomaly,
    transactions: anomaly.transactions.map((index) => row(judged, index)),
  });
  return JSON.stringify({
    report: JSON_REPORT,
    file: judged.file,
    format: judged.format,
    model: judged.kind,
    operations: judged.history.length,
    verdict: verdict.kind,
    ...(verdict.kind === "illegal" && { sentence: verdict.sentence }),
    level: verdict.level,
    strongest: verdict.strongest,
    complete: verdict.complete,
    unorderedKeys: verdict.unorderedKeys,
    anomalies: verdict.anomalies.map(told),
    ...(judged.picture !== null && { picture: judged.picture }),
    warnings: judged.warnings,
    elapsedMs: Math.round(judged.elapsedMs * 1000) / 1000,
    partitions: [],
  });
}

function textOf(judged: JudgedTransactions, paint: Paint): string {
  const { file, format, kind, history, verdict, elapsedMs, picture } = judged;
  const processes = new Set(history.map(({ process }) => process)).size;
  const lost = history.filter(({ outcome }) => outcome.status === "unknown").length;
  const lines = [
    `${file}: ${count(history.length, "transaction")} of ${count(processes, "process", "processes")}` +
    `${lost > 0 ? `, ${lost} without an answer` : ""} (${format}, model ${kind})`,
  ];
  const name = verdict.level.toUpperCase().replaceAll("-", " ");
  if (verdict.kind === "ok") {
    const words = verdict.complete
      ? "an order of all transactions explains every answer"
      : `nothing was found against it; ${openQuestion(verdict)} is not known`;
    lines.push(`${paint("green", name)}  ${words}`);
    if (verdict.anomalies.length > 0) lines.push(`  and not more: ${visible(verdict.anomalies[0].sentence)}`);
  } else {
    lines.push(
      `${paint("red", `NOT ${name}`)}  ${visible(verdict.sentence)}`,
      ...participants(judged, verdict.anomaly),
    );
    lines.push(`  what still holds: ${verdict.strongest}`);
    for (const other of verdict.anomalies) {
      if (other !== verdict.anomaly) lines.push(`  besides: ${visible(headOf(other))}`);
    }
  }
  if (picture !== null) lines.push(paint("dim", `picture: ${picture}`));
  lines.push(paint("dim", `${elapsedMs.toFixed(elapsedMs < 10 ? 1 : 0)} ms`));
  return lines.join("\n");
}

/** Why an `ok` is no proof: registers without an order, else appends that no read has seen. */
function openQuestion({ unorderedKeys: { length } }: TransactionVerdict): string {
  return length > 0
    ? `the order of ${count(length, "register")}`
    : "where the appends stand that nobody read";
}

function headOf({ kind, count, sentence }: Anomaly): string {
  return `${sentence.startsWith(kind) ? "" : `${kind}: `}${sentence}${
    count > 1 ? ` (${count} of this kind)` : ""
  }`;
}

function participants({ history, lines }: JudgedTransactions, { transactions }: Anomaly): string[] {
  return transactions.map((index) => {
    const { process, callAt, outcome } = history[index];
    const end = outcome.status === "unknown" ? "?" : outcome.returnAt;
    const told = visible(`${tellTransaction(history[index])}  process ${process}`);
    return `    T${index}, line ${lines[index]}  ${told}, ${callAt} to ${end}`;
  });
}

function count(n: number, noun: string, many = `${noun}s`): string {
  return `${n.toLocaleString("en-US")} ${n === 1 ? noun : many}`;
}
