/**
 * Pages of runs that tests look at.
 * @module
 */

import type { RunResult } from "../chaos/result.ts";
import {
  checkOperations,
  type Operation,
  type RegisterInput,
  registerModel,
  type RegisterOutput,
  renderHtml,
} from "../../porcupine/mod.ts";
import { everyFaultPlan } from "../nemesis/every_fault.ts";
import { Chronicle } from "./chronicle.ts";
import type { PageData } from "./page/data.ts";
import { renderReport } from "./report.ts";

/** What a page draws. */
export function dataOf(report: string): PageData {
  const [, json] = /<script type="application\/json" id="run-data">(.*?)<\/script>/s.exec(report) ?? [];
  return JSON.parse(json);
}

/** How long the run of {@linkcode largePage} is, in milliseconds. */
const LARGE_MS = 1_000_000;

/** The page of a run of so many operations on five nodes, with a fault a second and some twenty messages an operation. */
export function largePage(operations: number): string {
  let now = 0;
  const chronicle = new Chronicle(() => now);
  const plan = everyFaultPlan(9);
  const names = Array.from({ length: 5 }, (_, node) => `n${node + 1}`);
  const history: Operation<RegisterInput, RegisterOutput>[] = [];
  const events: string[] = [];
  const stepMs = LARGE_MS / operations;
  for (let nth = 0; nth < operations; nth++) {
    now = nth * stepMs;
    const [callAt, returnAt] = [now, now + stepMs * 0.9];
    const output = { f: "write" } as const;
    history.push({
      client: `c${nth % 6}`,
      callAt,
      input: { f: "write", value: nth },
      outcome: { status: "ok", returnAt, output },
    });
    names.forEach((node, at) =>
      chronicle.state({ node, role: at === 0 ? "leader" : "follower", term: 1, commit: nth })
    );
    // Too short to be seen, and too important to be left out.
    if (nth === operations / 2) chronicle.state({ node: "n2", role: "candidate", term: 1, commit: nth });
    if (nth % 100 === 0) chronicle.faultBegins(nth, { kind: "pause", atMs: now, forMs: 500, target: 2 });
    if (nth % 100 === 50) chronicle.faultEnds(nth - 50);
    if (nth > operations - 2000) {
      const line = { timeUs: now * 1000, node: "n1", peer: "n2", digest: nth, detail: "appendRequest" };
      events.push(
        JSON.stringify({ ...line, kind: "send" }),
        JSON.stringify({ ...line, kind: "deliver", node: "n2", peer: "n1" }),
      );
    }
  }
  now = LARGE_MS;
  const result: RunResult = {
    seed: 9,
    layer: "kv",
    workload: "register",
    verdict: { kind: "pass" },
    hash: "0",
    events: events.length,
    simulatedMs: LARGE_MS,
    operations: { ok: operations, refused: 0, unknown: 0 },
    faults: { pause: operations / 100 },
    elections: 1,
    knownMs: LARGE_MS,
    askedByThen: operations,
    recoveryMs: 1,
    seen: [],
  };
  const model = registerModel();
  return renderReport({
    plan,
    result,
    again: "deno task chaos replay 9",
    names,
    chronicle,
    story: { rule: null, steps: [], last: [] },
    events: events.join("\n"),
    latencies: history.map(({ callAt }) => ({ atMs: callAt, tookMs: stepMs })),
    prefix: { kind: "whole", answered: operations },
    picture: renderHtml({ model, operations: history }, checkOperations(model, history), {
      title: "A long history",
    }),
  });
}
