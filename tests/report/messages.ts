/**
 * The messages of a run, from its event log: who sent what to whom, and when it arrived.
 * @module
 */

import type { MessageRow } from "./page/data.ts";

/** The last messages of a run. */
export interface Messages {
  readonly rows: readonly MessageRow[];
  readonly words: readonly string[];
  /** From when on they are complete. */
  readonly fromMs: number;
}

/** More than this makes a page slow to open. */
const MOST = 8000;

interface LogLine {
  readonly timeUs: number;
  readonly kind: string;
  readonly node: string;
  readonly peer: string;
  readonly digest: number;
  readonly detail: string;
}

/** Reads them; only those between `nodes`. */
export function messagesOf(events: string, nodes: readonly string[]): Messages {
  const numbers = new Map(nodes.map((name, number) => [name, number]));
  const words = new Map<string, number>();
  const rows: { from: number; to: number; sent: number; arrived: number; words: number }[] = [];
  const open = new Map<string, number>();
  for (const line of events.split("\n")) {
    // Most lines are of no interest: looking is cheaper than parsing.
    if (!line.includes('"kind":"send"') && !line.includes('"kind":"deliver"')) continue;
    const { timeUs, kind, node, peer, digest, detail }: LogLine = JSON.parse(line);
    const [from, to] = (kind === "send" ? [node, peer] : [peer, node]).map((name) => numbers.get(name) ?? -1);
    if (from < 0 || to < 0) continue;
    const key = `${from} ${to} ${digest}`;
    const atMs = timeUs / 1000;
    if (kind === "deliver") {
      const number = open.get(key);
      if (number !== undefined) rows[number].arrived = atMs;
      continue;
    }
    const number = words.get(detail) ?? words.size;
    words.set(detail, number);
    open.set(key, rows.push({ from, to, sent: atMs, arrived: -1, words: number }) - 1);
  }
  const kept = rows.slice(-MOST);
  return {
    rows: kept.map(({ from, to, sent, arrived, words: said }): MessageRow => [from, to, sent, arrived, said]),
    words: [...words.keys()],
    fromMs: rows.length > MOST ? kept[0].sent : 0,
  };
}
