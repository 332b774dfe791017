/**
 * The foreign stores that are known by name, and how another one is loaded.
 * @module
 */

import type { System } from "./adapter.ts";
import { etcd } from "./etcd.ts";
import { redis, redisReplica } from "./redis.ts";

/** By name. */
export const SYSTEMS: ReadonlyMap<string, System> = new Map(
  [redis, redisReplica, etcd].map((system) => [system.name, system]),
);

/** Says that there is no such system, and what to do. */
export class UnknownSystemError extends Error {
  /** Always `unknown-system`. */
  readonly code = "unknown-system";

  constructor(message: string) {
    super(message);
    this.name = "UnknownSystemError";
  }
}

/**
 * The system of that name, or the `system` that the module at that path or URL exports; paths are looked for in `folder`.
 * Throws {@linkcode UnknownSystemError}.
 */
export async function findSystem(name: string, folder: URL): Promise<System> {
  const known = SYSTEMS.get(name);
  if (known !== undefined) return known;
  const names = [...SYSTEMS.keys()].join(", ");
  if (!/[/.:]/.test(name)) {
    throw new UnknownSystemError(
      `Cannot find a system named "${name}": there are ${names}, or give a module's path`,
    );
  }
  let module: { readonly system?: unknown };
  try {
    module = await import(new URL(name, folder).href);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UnknownSystemError(`Cannot load a system from "${name}": ${why}`);
  }
  if (!isSystem(module.system)) {
    throw new UnknownSystemError(
      `Cannot use "${name}": it must export a \`system\` with name, functions, missing and start (tests/real/foreign/adapter.ts)`,
    );
  }
  return module.system;
}

function isSystem(value: unknown): value is System {
  if (typeof value !== "object" || value === null) return false;
  const { name, functions, missing, start } = value as Partial<Record<keyof System, unknown>>;
  return typeof name === "string" && Array.isArray(functions) && functions.length > 0 &&
    typeof missing === "function" && typeof start === "function";
}
