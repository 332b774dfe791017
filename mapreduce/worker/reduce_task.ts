/**
 * A reduce task: one bucket of every map task's output, merged and given to the application key by key.
 * @module
 */

import { DiskError } from "../../runtime/mod.ts";
import { checkResult } from "../app.ts";
import type { Outcome } from "../coordinator/types.ts";
import { attemptName, inFolder, intermediateName, outputName } from "../names.ts";
import { DamagedFileError, type OpenStream, type Run, type StreamFile } from "../shuffle/format.ts";
import { Groups } from "../shuffle/merge.ts";
import { readRuns, RunCursor } from "../shuffle/run_reader.ts";
import { RunWriter } from "../shuffle/run_writer.ts";
import { isSkipped, markOfKey } from "./care.ts";
import { AppFailure, type AttemptContext, createAttemptFile, LostInput, removeFiles } from "./context.ts";
import { isBeneath } from "./guard.ts";
import { OutputWriter } from "./output_writer.ts";

const FLUSH_BYTES = 256 << 10;

/** A file with runs in it, and the map task to blame for it; -1 for one of this attempt's own. */
interface Source {
  readonly path: string;
  readonly map: number;
  readonly runs: readonly Run[];
}

/**
 * Runs a reduce task. The output is synced and carries the attempt's name.
 * @throws {AppFailure | LostInput | DiskError | LeaseLost | Deserted}
 */
export async function runReduce(context: AttemptContext): Promise<Outcome> {
  const reduce = context.ref.task - context.plan.maps.length;
  const merged = new Set<string>();
  try {
    const sources = await mergeDown(context, await findSources(context, reduce), merged);
    return await reduceAll(context, reduce, sources);
  } finally {
    // Also where the room ended: nobody else knows of these files, and the next attempt would find less room than this one.
    await removeFiles(context.disk, merged);
  }
}

async function reduceAll(
  context: AttemptContext,
  reduce: number,
  sources: readonly Source[],
): Promise<Outcome> {
  const { app, lease, care } = context;
  const file = await createAttemptFile(context, "", outputName(reduce));
  try {
    const output = new OutputWriter(file);
    await withGroups(context, sources, async (groups) => {
      while (groups.next()) {
        const place = groups.begun - 1;
        const mark = markOfKey(place, care);
        if (mark !== null) await lease.announce(mark);
        if (!isSkipped(place, care)) {
          const { key } = groups;
          try {
            const result: unknown = app.reduce(key, groups.values());
            checkResult(result, key);
            output.line(key, result);
          } catch (error) {
            if (isBeneath(error)) throw error;
            throw new AppFailure(
              { from: place, to: place + 1, exact: true },
              `reduce failed at the key ${JSON.stringify(key)}`,
              error,
            );
          }
        }
        if (output.full) await output.flush();
        if (lease.breathless) await lease.breathe();
      }
    });
    await output.flush();
    await file.sync();
    return { kind: "done", bytes: output.sizeBytes, pairs: output.lines };
  } finally {
    await file.close();
  }
}

/** What every map task has for this reduce task. All that is unusable is found at once, to be made again together. */
async function findSources({ plan, openStream, lease }: AttemptContext, reduce: number): Promise<Source[]> {
  const sources: Source[] = [];
  const lost: number[] = [];
  let cause: unknown;
  for (let map = 0; map < plan.maps.length; map++) {
    const path = inFolder(plan.work, intermediateName(map, reduce));
    try {
      sources.push({ path, map, runs: runsOf(openStream, path) });
    } catch (error) {
      if (!isLoss(error)) throw error;
      cause = error;
      lost.push(map);
    }
    if (lease.breathless) await lease.breathe();
  }
  if (lost.length > 0) throw new LostInput(lost, cause);
  return sources;
}

/** The runs of a file that is opened for that alone. */
function runsOf(openStream: OpenStream, path: string): Run[] {
  const file = openStream(path);
  try {
    return readRuns(file, path);
  } finally {
    file.close();
  }
}

function isLoss(error: unknown): boolean {
  return error instanceof DamagedFileError || (error instanceof DiskError && error.code === "missing");
}

/** Opens all runs of `sources` and hands them over as groups. */
async function withGroups(
  { openStream }: AttemptContext,
  sources: readonly Source[],
  use: (groups: Groups) => Promise<void>,
): Promise<void> {
  const files: StreamFile[] = [];
  try {
    const cursors = sources.flatMap(({ path, map, runs }) => {
      if (runs.length === 0) return [];
      const file = blaming(map, () => openStream(path));
      files.push(file);
      return runs.map((run) => new BlamingCursor(map, file, path, run));
    });
    await use(new Groups(cursors));
  } finally {
    for (const file of files) file.close();
  }
}

/** Damage that shows only while reading is somebody's, and must not pass for a failure of the application. */
function blaming<T>(map: number, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (isLoss(error) && map >= 0) throw new LostInput([map], error);
    throw error;
  }
}

class BlamingCursor extends RunCursor {
  readonly #map: number;

  constructor(map: number, file: StreamFile, path: string, run: Run) {
    super(file, path, run);
    this.#map = map;
  }

  override next(): boolean {
    return blaming(this.#map, () => super.next());
  }
}

/**
 * While there are more runs than can be merged at once, merges the first ones into a file of this attempt's own. `merged` tells
 * which of those are there, however this ends.
 */
async function mergeDown(
  context: AttemptContext,
  all: readonly Source[],
  merged: Set<string>,
): Promise<readonly Source[]> {
  const { limits, ref, plan, disk } = context;
  const queue = all.flatMap(({ path, map, runs }) => runs.map((run) => ({ path, map, runs: [run] })));
  for (let pass = 0; queue.length > limits.fanIn; pass++) {
    // Only as many as needed, so that most records are written once and not twice.
    const count = Math.min(limits.fanIn, queue.length - limits.fanIn + 1);
    const batch = queue.splice(0, Math.max(2, count));
    const name = `mr-merge-${ref.task - plan.maps.length}-${pass}`;
    const path = inFolder(plan.work, attemptName(ref.attempt, name));
    merged.add(path);
    const file = await createAttemptFile(context, plan.work, name);
    try {
      const writer = new RunWriter(file);
      await withGroups(context, batch, (groups) => copyGroups(context, groups, writer));
      await writer.finish();
    } finally {
      await file.close();
    }
    // What has been merged once more takes up room for nothing.
    const spent = batch.filter(({ map }) => map < 0).map(({ path }) => path);
    await removeFiles(disk, spent);
    for (const gone of spent) merged.delete(gone);
    queue.push({ path, map: -1, runs: runsOf(context.openStream, path) });
  }
  return queue;
}

async function copyGroups({ app, lease }: AttemptContext, groups: Groups, writer: RunWriter): Promise<void> {
  const { combine } = app;
  while (groups.next()) {
    const key = groups.keyBytes;
    if (combine === null) {
      for (const { value, repeat } of groups.repeated()) writer.put(key, 0, key.length, value, repeat);
    } else {
      writer.put(key, 0, key.length, combine(groups.key, groups.values()), 1);
    }
    if (writer.pendingBytes > FLUSH_BYTES) await writer.flush();
    if (lease.breathless) await lease.breathe();
  }
}
