/**
 * The reference from the command line.
 * @module
 */

import { importApp } from "./load.ts";
import { appUrl } from "./app_url.ts";
import type { App } from "../app.ts";
import { runSequential } from "../sequential.ts";
import type { Arguments } from "./arguments.ts";
import { findInputs, openFile } from "./input_files.ts";

async function readWhole(name: string, gzip: boolean): Promise<string> {
  const stream = await openFile(name, { offset: 0, gzip });
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(1 << 20);
  let text = "";
  for (let count; (count = await stream.read(buffer)) > 0;) {
    text += decoder.decode(buffer.subarray(0, count), { stream: true });
  }
  await stream.close();
  return text + decoder.decode();
}

/** Prints the sorted lines that all output files together must have; returns the exit code. */
export async function sequentialCommand(args: Arguments): Promise<number> {
  const loaded = await importApp(appUrl(args.app));
  const base = { reduce: loaded.reduce };
  const { map, mapBytes } = loaded;
  const app: App | null = map !== null ? { ...base, map } : mapBytes !== null ? { ...base, mapBytes } : null;
  if (app === null) return 1;
  const inputs = [];
  for (const { name, gzip } of findInputs(args.files)) {
    inputs.push({ name, contents: await readWhole(name, gzip) });
  }
  const lines = runSequential(app, inputs);
  const bytes = new TextEncoder().encode(lines.map((line) => `${line}\n`).join(""));
  for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
  return 0;
}
