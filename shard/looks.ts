/**
 * A look at keys of several shards: what each shard is asked, and what the answers come to together.
 *
 * Each shard answers as of a moment of its own. Whoever needs one moment keeps the keys in one shard.
 * @module
 */

import type { Step, StepResult } from "../kv/store/steps.ts";
import type { Placement, ShardId } from "./placement.ts";
import { keysOf } from "./step_keys.ts";

/** One step, cut into one for each shard that it concerns. */
export interface CutStep {
  /** What each shard is asked. */
  readonly parts: ReadonlyMap<ShardId, Step>;
  /** What it comes to. `answers` has one for each part. */
  join(answers: ReadonlyMap<ShardId, StepResult>): StepResult;
}

/** Cuts a step that only looks. What one shard could not answer nobody can: without it its keys would be told as missing. */
export function cutLook(step: Step, placement: Placement): CutStep {
  const { parts, join } = cut(step, placement);
  return { parts, join: (answers) => failureAmong(answers) ?? join(answers) };
}

function failureAmong(answers: ReadonlyMap<ShardId, StepResult>): StepResult | null {
  for (const answer of answers.values()) if (answer.kind === "failed") return answer;
  return null;
}

function cut(step: Step, placement: Placement): CutStep {
  switch (step.op) {
    case "getAll":
      return cutGetAll(step, placement);
    case "count":
      return { parts: cutKeys(step, placement), join: sum };
    case "size":
      return { parts: everywhere(step, placement), join: sum };
    case "keys":
      return { parts: everywhere(step, placement), join: (answers) => joinKeys(answers, step.limit) };
    default: {
      const [key] = keysOf(step) ?? [""];
      const shard = placement.shardOf(key);
      return { parts: new Map([[shard, step]]), join: (answers) => answerOf(answers, shard) };
    }
  }
}

function cutGetAll(step: Step & { readonly op: "getAll" }, placement: Placement): CutStep {
  return {
    parts: cutKeys(step, placement),
    join(answers) {
      const taken = new Map<ShardId, number>();
      const values = step.keys.map((key) => {
        const shard = placement.shardOf(key);
        const answer = answerOf(answers, shard);
        const at = taken.get(shard) ?? 0;
        taken.set(shard, at + 1);
        return answer.kind === "list" ? answer.values[at] : null;
      });
      return { kind: "list", values };
    },
  };
}

function cutKeys(step: Step & { readonly op: "getAll" | "count" }, placement: Placement): Map<ShardId, Step> {
  const keys = new Map<ShardId, string[]>();
  for (const key of step.keys) {
    const shard = placement.shardOf(key);
    const known = keys.get(shard);
    if (known === undefined) keys.set(shard, [key]);
    else known.push(key);
  }
  return new Map([...keys].map(([shard, part]) => [shard, { op: step.op, keys: part }]));
}

function everywhere(step: Step, { shards }: Placement): Map<ShardId, Step> {
  return new Map(Array.from({ length: shards }, (_, shard) => [shard, step]));
}

function sum(answers: ReadonlyMap<ShardId, StepResult>): StepResult {
  let value = 0;
  for (const answer of answers.values()) if (answer.kind === "integer") value += Number(answer.value);
  return { kind: "integer", value };
}

/** The first keys of all: each shard has given its own first ones, as many as are wanted, so none of them is missing. */
function joinKeys(answers: ReadonlyMap<ShardId, StepResult>, limit: number): StepResult {
  const keys: string[] = [];
  let more = false;
  for (const answer of answers.values()) {
    if (answer.kind !== "keys") continue;
    for (const key of answer.keys) keys.push(key);
    more ||= answer.more;
  }
  keys.sort((left, right) => left < right ? -1 : 1);
  return { kind: "keys", keys: keys.slice(0, limit), more: more || keys.length > limit };
}

function answerOf(answers: ReadonlyMap<ShardId, StepResult>, shard: ShardId): StepResult {
  return answers.get(shard) ?? { kind: "nothing" };
}
