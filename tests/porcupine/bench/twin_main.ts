/**
 * A thread that judges what another one judges at the same time: what a machine's second processor is worth.
 *
 * @module
 */
/// <reference lib="deno.worker" />
import { parallelCells, type Ready } from "./parallel_cells.ts";

let ready: Ready | undefined;

/** A name: that history is made; nothing: it is judged. Either is answered when it is done. */
self.onmessage = async ({ data }: MessageEvent<string | null>) => {
  if (data !== null) ready = await parallelCells().find(({ name }) => name === data)?.load();
  else ready?.alone();
  self.postMessage(null);
};
