/**
 * The only file of the checker's core that touches the world: the host's clock and what it says of the process's memory, used
 * when the caller injects none.
 *
 * @module
 */

/** Milliseconds on the host's monotonic clock. */
export function hostNow(): number {
  return performance.now();
}

interface DenoLike {
  memoryUsage(): { readonly rss: number };
}

interface NodeLike {
  readonly memoryUsage: { rss(): number };
}

/** Bytes of memory that the process holds, threads and garbage included; 0 where the host does not tell (browsers). */
export function hostHeldBytes(): number {
  const { Deno: deno, process } = globalThis as { readonly Deno?: DenoLike; readonly process?: NodeLike };
  return deno?.memoryUsage().rss ?? process?.memoryUsage.rss() ?? 0;
}
