import type { GoFigure } from "./go_figures.ts";
import type { Row } from "./measure.ts";

/** A row with the Go checker's figure. */
export interface Compared {
  readonly row: Row;
  readonly go: GoFigure | null;
}

/** Prints what the columns are. */
export function printTitle(plain: boolean, goIs: string): void {
  console.log(plain ? "as a model with nothing but a step function" : "with the models as shipped");
  console.log(`times in ms; Go ${goIs}; - gave up`);
  const names = [
    "ops",
    "verdict",
    "first",
    "ms",
    "Go",
    "Go/ours",
    "explain",
    "core",
    "peak MB",
    "(checking)",
  ];
  console.log("history".padEnd(38), ...names.map((name) => name.padStart(10)));
}

/** Prints one history. */
export function printRow(
  row: Row,
  go: GoFigure | null,
  peak: { total: number; checking: number } | null,
): void {
  const wrong = row.verdict !== row.expected ? ` WRONG (${row.expected})` : "";
  const fault = row.fault === undefined ? "" : ` DOES NOT REPLAY: ${row.fault}`;
  const core = row.core === null ? "" : `${row.core.size}${row.core.minimal ? "" : " (?)"}`;
  const cells = [
    String(row.operations),
    row.verdict,
    number(row.firstMs),
    number(row.ms),
    go === null ? "" : go === "gaveUp" ? "-" : number(go.ms),
    go === null || go === "gaveUp" ? "" : number(go.ms / row.ms),
    row.explainMs === null ? "" : number(row.explainMs),
    core,
    peak === null ? "" : String(peak.total),
    peak === null ? "" : `+${peak.checking}`,
  ];
  console.log(row.name.padEnd(38), ...cells.map((cell) => cell.padStart(10)), wrong + fault);
}

/** Prints the sums; answers the exit code. */
export function printSummary(rows: readonly Compared[]): number {
  const wrong = rows.filter(({ row }) => row.verdict !== row.expected || row.fault !== undefined);
  console.log(`\nverdicts: ${rows.length - wrong.length} of ${rows.length} as expected`);
  for (const { row } of wrong) console.log(`  not so: ${row.name}: ${row.fault ?? row.verdict}`);
  printLogs(rows.filter(({ row }) => row.name.includes("etcd_")));
  const others = rows.filter(({ row }) => !row.name.includes("etcd_"));
  const hard = others.filter(({ go }) => go !== null && go !== "gaveUp" && go.ms >= 20);
  if (hard.length > 0) {
    const logs = hard.map(({ row, go }) => Math.log(ratio(row, go)));
    const mean = Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length);
    console.log(
      `Go/ours where Go needs 20 ms or more: geometric mean ${number(mean)} over ${hard.length} histories`,
    );
    const least = hard.reduce((low, one) => (ratio(one.row, one.go) < ratio(low.row, low.go) ? one : low));
    console.log(`  least: ${number(ratio(least.row, least.go))} (${least.row.name})`);
  }
  const lost = others.filter(({ go }) => go === "gaveUp");
  const decided = lost.filter(({ row }) => row.verdict === row.expected);
  if (lost.length > 0) {
    const slowest = lost.reduce((slow, one) => (one.row.ms > slow.row.ms ? one : slow)).row;
    console.log(
      `Go gave up on ${lost.length}: ${decided.length} decided, the slowest in ${
        number(slowest.ms)
      } ms (${slowest.name})`,
    );
  }
  const bad = rows.filter(({ row }) => row.core !== null);
  if (bad.length > 0) {
    const largest =
      bad.reduce((most, one) => ((one.row.core?.size ?? 0) > (most.row.core?.size ?? 0) ? one : most)).row;
    const loose = bad.filter(({ row }) => row.core?.minimal !== true);
    const slow = bad.filter(({ row }) => (row.explainMs ?? 0) > 2 * row.ms + 200);
    console.log(
      `cores: ${
        bad.length - loose.length
      } of ${bad.length} minimal, the largest of ${largest.core?.size} (${largest.name}); ` +
        `${slow.length} took longer than twice the verdict and 200 ms`,
    );
    for (const { row } of [...loose, ...slow]) console.log(`  short of the goal: ${row.name}`);
  }
  return wrong.length === 0 ? 0 : 1;
}

function printLogs(logs: readonly Compared[]): void {
  if (logs.length === 0) return;
  const ours = logs.reduce((sum, { row }) => sum + row.ms, 0);
  const first = logs.reduce((sum, { row }) => sum + row.firstMs, 0);
  const theirs = logs.reduce((sum, { go }) => sum + (go === null || go === "gaveUp" ? 0 : go.ms), 0);
  console.log(
    `etcd logs: ${logs.length}, sum ${number(ours)} ms (first runs ${number(first)}), Go ${number(theirs)}: ${
      number(theirs / ours)
    } times`,
  );
  const over = logs.filter(({ row, go }) =>
    go !== null && go !== "gaveUp" && row.ms > Math.max(2 * go.ms, 0.5)
  );
  console.log(`  over max(2x Go, 0.5 ms): ${over.length}${over.map(({ row }) => ` ${row.name}`).join("")}`);
}

function ratio(row: Row, go: GoFigure | null): number {
  return go === null || go === "gaveUp" ? 1 : go.ms / row.ms;
}

function number(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
