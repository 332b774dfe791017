/**
 * Applications from their addresses.
 * @module
 */

import { AppError, loadApp, type LoadedApp } from "../app.ts";

/** Loads an application. Throws `AppError` (`unfit`) with the reason. */
export async function importApp(url: string): Promise<LoadedApp> {
  let module: unknown;
  try {
    module = await import(url);
  } catch (cause) {
    const why = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
    throw new AppError("unfit", `Cannot load the application ${url}: ${why}`, { cause });
  }
  return loadApp(module, url);
}
