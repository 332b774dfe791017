/**
 * A map task: inputs through the application into one intermediate file per reduce task.
 * @module
 */

import type { DiskFile } from "../../runtime/mod.ts";
import { AppError, describe } from "../app.ts";
import type { Outcome } from "../coordinator/types.ts";
import { intermediateName } from "../names.ts";
import { INPUT_SPAN } from "../plan.ts";
import { ByteTable } from "../shuffle/byte_table.ts";
import { PairBuffer } from "../shuffle/pair_buffer.ts";
import { RunWriter } from "../shuffle/run_writer.ts";
import { isSkipped, type Step, stepsOf } from "./care.ts";
import { AppFailure, type AttemptContext, createAttemptFile } from "./context.ts";
import { InputError, type Piece, readPieces } from "./inputs.ts";

/** Pairs taken from the application between two looks at the clock. */
const PAIRS_A_TURN = 4096;

const decoder = new TextDecoder();

/** Takes what an application emits for one step of its input. */
interface Mapper {
  run(input: string, step: Step): Promise<void>;
  finish(): Promise<void>;
}

/**
 * Runs a map task. The files carry the attempt's names; they are not synced, since what is lost is noticed and made again.
 * @throws {AppFailure | InputError | DiskError | LeaseLost}
 */
export async function runMap(context: AttemptContext): Promise<Outcome> {
  const { plan, ref, app, care, lease } = context;
  const files: DiskFile[] = [];
  try {
    for (let reduce = 0; reduce < plan.reduces; reduce++) {
      files.push(await createAttemptFile(context, plan.work, intermediateName(ref.task, reduce)));
    }
    const writers = files.map((file) => new RunWriter(file));
    const mapper = app.mapBytes === null ? textMapper(context, writers) : bytesMapper(context, writers);
    let doneBytes = 0;
    for (const [at, segment] of plan.maps[ref.task].entries()) {
      for await (const piece of piecesOf(context, at)) {
        for (const step of stepsOf(piece, at, { care, whole: app.whole })) {
          if (step.announce) await lease.announce(step.mark);
          await mapper.run(segment.input, step);
        }
        lease.bytes = segment.gzip ? 0 : doneBytes + piece.offset + piece.bytes.length - segment.fromByte;
        if (lease.breathless) await lease.breathe();
      }
      doneBytes += segment.toByte - segment.fromByte;
    }
    await mapper.finish();
    for (const writer of writers) await writer.finish();
    const bytes = writers.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    return { kind: "done", bytes, pairs: writers.reduce((sum, { records }) => sum + records, 0) };
  } finally {
    for (const file of files) await file.close();
  }
}

/** The pieces of the task's `at`-th segment. What no patience makes readable is a bad record, from there to the end. */
async function* piecesOf(context: AttemptContext, at: number): AsyncGenerator<Piece> {
  const { plan, ref, app, limits, care, openInput } = context;
  let place = at * INPUT_SPAN;
  try {
    const options = { pieceBytes: limits.pieceBytes, whole: app.whole };
    for await (const piece of readPieces(openInput, plan.maps[ref.task][at], options)) {
      yield piece;
      place = at * INPUT_SPAN + piece.offset + piece.bytes.length;
    }
  } catch (error) {
    if (!(error instanceof InputError) || error.code === "unreadable") throw error;
    if (isSkipped(place, care)) return;
    throw new AppFailure({ from: place, to: (at + 1) * INPUT_SPAN, exact: true }, error.message, null);
  }
}

/** Where in the input something happened, for a person. */
function place(input: string, step: Step): string {
  return step.mark.exact ? `${input}, line ${JSON.stringify(firstLine(step.bytes))}` : input;
}

function firstLine(bytes: Uint8Array): string {
  return decoder.decode(bytes.subarray(0, 80)).split("\n", 1)[0];
}

function bytesMapper({ app, limits }: AttemptContext, writers: readonly RunWriter[]): Mapper {
  const table = new ByteTable(limits.bufferBytes);
  return {
    async run(input, step) {
      try {
        app.mapBytes?.(input, step.bytes, table);
      } catch (error) {
        throw new AppFailure(step.mark, `mapBytes failed at ${place(input, step)}`, error);
      }
      if (table.full) await table.spill(writers, app);
    },
    finish: () => table.spill(writers, app),
  };
}

/** What `map` gave, step by step. Throws `AppError` (`wrongType`), above all for the promise of an `async` one. */
function iterate(pairs: Iterable<unknown> | undefined): Iterator<unknown> {
  const start: unknown = typeof pairs === "object" && pairs !== null ? pairs[Symbol.iterator] : undefined;
  if (pairs === undefined || typeof start !== "function") {
    throw new AppError("wrongType", `map gave ${describe(pairs)}: give an iterable of pairs, [key, value]`);
  }
  return pairs[Symbol.iterator]();
}

function textMapper({ app, limits, lease }: AttemptContext, writers: readonly RunWriter[]): Mapper {
  const buffer = new PairBuffer(limits.bufferBytes, app);
  return {
    async run(input, step) {
      let more = true;
      let pairs: Iterator<unknown> | null = null;
      while (more) {
        try {
          pairs ??= iterate(app.map?.(input, decoder.decode(step.bytes)));
          more = buffer.take(pairs, PAIRS_A_TURN);
        } catch (error) {
          throw new AppFailure(step.mark, `map failed at ${place(input, step)}`, error);
        }
        if (buffer.full) await buffer.relieve(writers);
        if (more && lease.breathless) await lease.breathe();
      }
    },
    finish: () => buffer.spill(writers),
  };
}
