/**
 * Whose fault an error is: the application's, or that of a file or machine beneath it.
 * @module
 */

import { DiskError } from "../../runtime/mod.ts";
import { AppError, checkValue, type LoadedApp, shorten } from "../app.ts";
import { DamagedFileError } from "../shuffle/format.ts";
import { LostInput, reasonOf } from "./context.ts";

/** Whether an error that came out of the application was none of its own: the values it reads stream from files. */
export function isBeneath(error: unknown): boolean {
  return error instanceof LostInput || error instanceof DiskError || error instanceof DamagedFileError;
}

/**
 * The application with a `combine` whose faults are named: it runs far from the record that its values came from, so what it
 * throws cannot be narrowed down, and is thrown on as `AppError`.
 */
export function guardCombine(app: LoadedApp): LoadedApp {
  const { combine } = app;
  if (combine === null) return app;
  return {
    ...app,
    combine(key, values) {
      try {
        const value: unknown = combine(key, values);
        checkValue(value, "combine", key);
        return value;
      } catch (error) {
        if (isBeneath(error)) throw error;
        const what = `combine failed at the key ${JSON.stringify(shorten(key))}: ${reasonOf(error)}`;
        throw new AppError("threw", what, { cause: error });
      }
    },
  };
}
