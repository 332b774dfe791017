/**
 * Where applications are: by name, path or address.
 * @module
 */

import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { UsageError } from "./usage_error.ts";

/** The applications that come with it. */
export const SHIPPED: readonly string[] = [
  "wc",
  "indexer",
  "mtiming",
  "rtiming",
  "jobcount",
  "early_exit",
  "crash",
  "nocrash",
];

/**
 * The address of an application: one of ours by name, a path from the present folder, or an address as it is. Throws
 * `UsageError` for a bare name that is neither, which is a slip of the fingers and no broken application.
 */
export function appUrl(app: string): string {
  if (SHIPPED.includes(app)) return new URL(`../apps/${app}.ts`, import.meta.url).href;
  if (/^(https?|file|data|jsr|npm):/.test(app)) return app;
  const path = resolve(app);
  if (/^\w+$/.test(app) && !existsSync(path)) {
    throw new UsageError(
      `There is no application ${app}: name one of ${SHIPPED.join(", ")}, or a path such as ./${app}.ts`,
    );
  }
  return pathToFileURL(path).href;
}
