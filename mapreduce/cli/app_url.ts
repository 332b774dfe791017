/**
 * Where applications are: by name, path or address.
 * @module
 */

import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

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

/** The address of an application: one of ours by name, a path from the present folder, or an address as it is. */
export function appUrl(app: string): string {
  if (SHIPPED.includes(app)) return new URL(`../apps/${app}.ts`, import.meta.url).href;
  if (/^(https?|file|data|jsr|npm):/.test(app)) return app;
  return pathToFileURL(resolve(app)).href;
}
