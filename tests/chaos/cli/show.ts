/**
 * What a campaign prints: progress while it runs, a table when it is over.
 * @module
 */

import type { Summary, Tally } from "../tally.ts";

const encoder = new TextEncoder();
const BAR_WIDTH = 24;
/** Without a terminal a line now and then is enough. */
const PLAIN_EVERY_MS = 5000;
const BAR_EVERY_MS = 100;

/** Shows how a campaign gets on; everything goes to standard error, so that the summary can be piped. */
export class Progress {
  readonly #terminal: boolean;
  readonly #share: (tally: Tally, elapsedMs: number) => number;
  #shownAtMs = 0;

  /** @param share How much of the campaign is done, from 0 to 1. */
  constructor(terminal: boolean, share: (tally: Tally, elapsedMs: number) => number) {
    this.#terminal = terminal;
    this.#share = share;
  }

  /** Shows the present state if it is time. */
  update(tally: Tally, elapsedMs: number): void {
    if (elapsedMs - this.#shownAtMs < (this.#terminal ? BAR_EVERY_MS : PLAIN_EVERY_MS)) return;
    this.#shownAtMs = elapsedMs;
    const share = Math.min(1, this.#share(tally, elapsedMs));
    const facts = `${(elapsedMs / 1000).toFixed(0)} s  ${tally.runs} runs  ${
      hours(tally.simulatedMs)
    } simulated  ${tally.answered} operations`;
    if (!this.#terminal) return console.error(facts);
    const full = Math.round(share * BAR_WIDTH);
    Deno.stderr.writeSync(
      encoder.encode(`\r[${"#".repeat(full)}${"-".repeat(BAR_WIDTH - full)}] ${facts}\x1b[K`),
    );
  }

  /** Leaves the terminal as it was. */
  end(): void {
    if (this.#terminal) Deno.stderr.writeSync(encoder.encode("\r\x1b[K"));
  }
}

function hours(simulatedMs: number): string {
  return simulatedMs < 3_600_000
    ? `${(simulatedMs / 60_000).toFixed(1)} min`
    : `${(simulatedMs / 3_600_000).toFixed(1)} h`;
}

/** The summary on one screen. */
export function showSummary(summary: Summary): string {
  const { operations, faults, seen, recoveryMs } = summary;
  const wallS = summary.wallMs / 1000;
  const perSecond = summary.events / wallS;
  const hoursPerMinute = summary.simulatedMs / 3_600_000 / (wallS / 60);
  const rows: [string, string][] = [
    ["runs", `${summary.runs}, seeds from ${summary.firstSeed}`],
    ["workloads", list(summary.workloads)],
    [
      "simulated",
      `${hours(summary.simulatedMs)} in ${wallS.toFixed(1)} s: ${hoursPerMinute.toFixed(1)} h a minute, ` +
      `${(perSecond / 1e6).toFixed(2)} M events a second`,
    ],
    ["operations", `${operations.ok} answered, ${operations.refused} refused, ${operations.unknown} unknown`],
    ["elections", String(summary.elections)],
    [
      "recovery",
      recoveryMs.max < 0
        ? "no run came so far"
        : `median ${recoveryMs.median.toFixed(0)} ms, longest ${recoveryMs.max.toFixed(0)} ms`,
    ],
    ["faults", list(faults)],
    ["rare paths", list(seen)],
  ];
  const table = rows.map(([name, text]) => `${name.padEnd(12)}${wrap(text, 12)}`).join("\n");
  return [table, ...summary.sentences, `chaos: ${summary.verdict.toUpperCase()}`].join("\n");
}

function list(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts).filter(([, count]) => count > 0).map(([name, count]) => `${name} ${count}`)
    .join(", ");
}

function wrap(text: string, indent: number): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line.length + word.length > 96 - indent) {
      lines.push(line);
      line = "";
    }
    line += line === "" ? word : ` ${word}`;
  }
  return [...lines, line].join(`\n${" ".repeat(indent)}`);
}
