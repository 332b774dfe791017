/**
 * The real world as one value.
 * @module
 */

import { DiskError } from "../disk.ts";
import { seededRandom } from "../random.ts";
import type { Runtime } from "../runtime.ts";
import { denoClock } from "./clock.ts";
import { denoDisk, type DenoDiskOptions } from "./disk.ts";
import { toDiskError } from "./disk_errors.ts";
import { type DenoNetwork, type DenoNetworkOptions, openDenoNetwork } from "./network.ts";
import { entropyRandom } from "./random.ts";

/** What a node's real world is made of. */
export interface DenoRuntimeOptions extends Omit<DenoNetworkOptions, "random">, DenoDiskOptions {
  /** The node's own folder; made if it is not there. */
  readonly folder: string;
  /**
   * Who else may use the folder. `exclusive`: nobody; a second process that tries is refused, since two writers of one log
   * destroy it. `shared`: anybody, as where workers exchange files.
   * @default {"exclusive"}
   */
  readonly access?: "exclusive" | "shared";
  /**
   * Where chance starts. For tests: with a fixed seed a disk that is formatted anew draws the same incarnation again, and its
   * loss goes unnoticed.
   * @default {from the system's entropy}
   */
  readonly seed?: number;
}

/** A real {@linkcode Runtime}. */
export interface DenoRuntime extends Runtime {
  /** This end of the network, with more to count. */
  readonly network: DenoNetwork;
}

/**
 * Opens the real world for one node. Everything is released when `signal` is aborted, which is the node's death.
 *
 * While a runtime uses its folder exclusively, a file beside it, `<folder>.lock`, is locked. The system lets go of it when the
 * process ends, in whatever way.
 *
 * Rejects with `DiskError` if the folder cannot be made or is in use, and with what {@linkcode openDenoNetwork} rejects with.
 *
 * @example A node and its world
 * ```ts
 * import { denoRuntime } from "@flotilla/flotilla/runtime/deno";
 * import { assertMatch } from "@std/assert";
 *
 * const death = new AbortController();
 * const top = await Deno.makeTempDir();
 * const { network, disk } = await denoRuntime({
 *   address: "127.0.0.1:0",
 *   folder: `${top}/node`,
 *   signal: death.signal,
 * });
 * assertMatch(network.address, /^127\.0\.0\.1:\d+$/);
 * await disk.makeFolder("raft");
 * death.abort();
 * await Deno.remove(top, { recursive: true });
 * ```
 */
export async function denoRuntime(options: DenoRuntimeOptions): Promise<DenoRuntime> {
  const { folder, signal, seed, access = "exclusive", ...rest } = options;
  signal.throwIfAborted();
  const random = seed === undefined ? entropyRandom() : seededRandom(seed);
  await makeFolder(folder);
  const lock = access === "exclusive" ? await lockFolder(folder) : null;
  try {
    const network = await openDenoNetwork({ ...rest, signal, random: random.split("network") });
    signal.addEventListener("abort", () => lock?.close(), { once: true });
    return { clock: denoClock(signal), random, network, disk: denoDisk(folder, signal, options), signal };
  } catch (error) {
    lock?.close();
    throw error;
  }
}

/**
 * Makes a folder that lasts. Its name stands in the folder around it, and so on: unless those are synced, a loss of power takes
 * the folder away with all that was synced in it, and a member that has voted comes up as one that never did.
 */
async function makeFolder(folder: string): Promise<void> {
  try {
    await Deno.mkdir(folder, { recursive: true });
    if (Deno.build.os === "windows") return;
    let path = await Deno.realPath(folder);
    while (path !== "/") {
      path = path.slice(0, path.lastIndexOf("/")) || "/";
      if (!await syncFolder(path)) return;
    }
  } catch (cause) {
    throw toDiskError("make the node's folder", folder, cause);
  }
}

/** False where this process may not: such a folder was there before it, and so were those around it. */
async function syncFolder(path: string): Promise<boolean> {
  try {
    using handle = await Deno.open(path, { read: true });
    await handle.sync();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.NotCapable) {
      return false;
    }
    throw error;
  }
}

/** The lock is held until the handle is closed. */
async function lockFolder(folder: string): Promise<Deno.FsFile> {
  const path = `${folder.replace(/[/\\]+$/, "")}.lock`;
  let handle: Deno.FsFile;
  try {
    handle = await Deno.open(path, { write: true, create: true });
  } catch (cause) {
    throw toDiskError("lock the node's folder with", path, cause);
  }
  let free = false;
  try {
    free = await handle.tryLock(true);
  } catch (cause) {
    throw toDiskError("lock the node's folder with", path, cause);
  } finally {
    // Also where the system knows no locks: a handle that nobody holds would be open as long as the process lives.
    if (!free) handle.close();
  }
  if (free) return handle;
  throw new DiskError(
    "failed",
    `Cannot use ${folder}: another process holds ${path}; stop it, or give this node a folder of its own`,
  );
}
