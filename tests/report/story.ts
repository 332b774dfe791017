/**
 * What happened in a run, step by step in plain words, up to the step that broke a rule.
 * @module
 */

import type { RunResult } from "../chaos/result.ts";
import type { Fault } from "../nemesis/plan.ts";
import { faultInWords } from "./fault_words.ts";
import { type Rule, ruleOf } from "./rules.ts";

/** One step. */
export interface Step {
  readonly atMs: number;
  readonly text: string;
}

/** A run told. */
export interface Story {
  /** The rule that was broken; null if none was. */
  readonly rule: Rule | null;
  /** What happened, in order. */
  readonly steps: readonly Step[];
  /** The last things that happened at the node where it showed, in order: the step that broke the rule is the last of them. */
  readonly last: readonly Step[];
}

/** What a story is made of. */
export interface StoryInput {
  readonly result: RunResult;
  /** The machines' names by their number. */
  readonly names: readonly string[];
  /** Who led when, who was down when. */
  readonly lives: readonly Step[];
  /** Faults that took hold. */
  readonly faults: readonly { readonly atMs: number; readonly fault: Fault }[];
  /** What clients asked and were told. */
  readonly operations: readonly Step[];
  /** The event log as JSON lines. */
  readonly events: string;
}

/** More operations than this are left out of the middle. */
const MOST_OPERATIONS = 40;
const LAST_STEPS = 6;

/** Tells it. */
export function tellStory(input: StoryInput): Story {
  const { result, names } = input;
  const nameOf = (node: number) => names[node] ?? `machine ${node}`;
  const { verdict, knownMs } = result;
  // A history is judged when all is over; what came after its contradiction explains nothing.
  const untilMs = verdict.kind === "violation" ? knownMs : Infinity;
  const operations = input.operations.filter(({ atMs }) => atMs <= untilMs);
  const shown = operations.length <= MOST_OPERATIONS ? operations : operations.slice(-MOST_OPERATIONS);
  const steps = [
    ...input.lives,
    ...input.faults.map(({ atMs, fault }) => ({ atMs, text: `fault: ${faultInWords(fault, nameOf)}` })),
    ...shown,
  ].sort((left, right) => left.atMs - right.atMs);
  if (verdict.kind !== "violation") return { rule: null, steps, last: [] };
  const { law, node, sentence } = verdict.violation;
  return {
    rule: ruleOf(law),
    steps: [
      ...steps.filter(({ atMs }) => atMs <= knownMs),
      { atMs: knownMs, text: `broken (${law}): ${sentence}` },
    ],
    last: lastSteps(input.events, node, knownMs),
  };
}

/** A story as lines of text. */
export function storyInWords({ rule, steps, last }: Story): string[] {
  const line = ({ atMs, text }: Step) => `  ${(atMs / 1000).toFixed(3).padStart(8)} s  ${text}`;
  const lines = steps.map(line);
  if (rule === null) return lines;
  return [
    `The rule: ${rule.says} (${rule.source})`,
    "What happened:",
    ...lines,
    ...(last.length === 0
      ? []
      : ["The last steps at that node; the last of them broke the rule:", ...last.map(line)]),
  ];
}

interface LogLine {
  readonly timeUs: number;
  readonly kind: string;
  readonly node: string;
  readonly peer: string;
  readonly detail: string;
}

/** What a node did and was given last. */
function lastSteps(events: string, node: string, knownMs: number): Step[] {
  const steps: Step[] = [];
  if (node === "") return steps;
  const lines = events.trimEnd().split("\n");
  for (let at = lines.length - 1; at >= 0 && steps.length < LAST_STEPS; at--) {
    if (lines[at] === "") continue;
    const line: LogLine = JSON.parse(lines[at]);
    if (line.node !== node || line.timeUs > knownMs * 1000) continue;
    const text = inWords(line);
    if (text !== null) steps.unshift({ atMs: line.timeUs / 1000, text });
  }
  return steps;
}

function inWords({ kind, node, peer, detail }: LogLine): string | null {
  switch (kind) {
    case "deliver":
      return `${node} is given ${detail} by ${peer}`;
    case "send":
      return `${node} sends ${detail} to ${peer}`;
    case "sync":
      return `${node} hears that its disk has taken in what was written`;
    case "timer":
      return `a timer of ${node} goes off`;
    case "boot":
      return `${node} starts`;
    case "crash":
      return `${node} dies`;
    default:
      return null;
  }
}
