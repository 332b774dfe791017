/**
 * The real world for coordinator and workers: the runtime on a folder that they share, and reading without waiting.
 * @module
 */

import { type DenoRuntime, denoRuntime } from "../../runtime/deno.ts";
import { toDiskError } from "../../runtime/deno/disk_errors.ts";
import type { OpenStream } from "../shuffle/format.ts";

/** A runtime that must be closed. */
export interface Host extends DenoRuntime, Disposable {}

/** How the real world is opened. */
export interface HostOptions {
  /** The shared folder. */
  readonly folder: string;
  /** Where to be called; null for an end that only calls. */
  readonly listen: string | null;
  /** A line to somebody was lost: the process there has probably died. */
  readonly onLineLost: () => void;
}

/** Opens the world that a command lives in. */
export type OpenHost = (options: HostOptions) => Promise<Host>;

/** Opens the real world. */
export async function openHost({ folder, listen, onLineLost }: HostOptions): Promise<Host> {
  const death = new AbortController();
  const { signal } = death;
  const runtime = await denoRuntime({
    folder,
    access: "shared",
    address: listen,
    signal,
    onPeerClosed: onLineLost,
  });
  return { ...runtime, [Symbol.dispose]: () => death.abort(new Error("The process ends")) };
}

/** Reading without waiting, below `folder`: `reduce` takes its values from a plain iterable. */
export function openStreams(folder: string): OpenStream {
  return (path) => {
    try {
      const file = Deno.openSync(`${folder}/${path}`);
      return {
        sizeBytes: file.statSync().size,
        read(into, offset) {
          try {
            file.seekSync(offset, Deno.SeekMode.Start);
            let used = 0;
            for (let count; used < into.length && (count = file.readSync(into.subarray(used))) !== null;) {
              used += count;
            }
            return used;
          } catch (cause) {
            throw toDiskError("read", path, cause);
          }
        },
        close: () => file.close(),
      };
    } catch (cause) {
      throw toDiskError("open", path, cause);
    }
  };
}
