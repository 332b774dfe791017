/**
 * Where `@std` comes from: the genuine registry where it is reached, else the small registry in `jsr/` beside this file.
 *
 * @module
 */

const REGISTRY: URL = new URL("./jsr/", import.meta.url);
const PROBE: URL = new URL("./probe.ts", import.meta.url);

/** Long enough for a first download over a slow line, short enough for a network that swallows packets. */
const PROBE_LIMIT_MS = 10_000;

/** A registry for one command. */
export interface Registry {
  /** What `JSR_URL` has to be, or `undefined` when it is to stay as it is. */
  readonly url: string | undefined;
  /** Removes what was made for this command; harmless when nothing was. */
  release(): Promise<void>;
}

/**
 * Chooses the registry for one `deno` command.
 *
 * @param command The arguments after `deno`.
 * @param current The `JSR_URL` in force; somebody who set it knows better and is left alone.
 * @returns The registry; `release()` it when the command has ended.
 */
export async function chooseRegistry(
  command: readonly string[],
  current: string | undefined,
): Promise<Registry> {
  const url = current !== undefined && current !== ""
    ? current
    : await genuineIsAtHand()
    ? undefined
    : REGISTRY.href;
  if (url === REGISTRY.href && command[0] === "publish") return await copyOutside();
  return { url, release: () => Promise.resolve() };
}

/** Whether the stand-ins are what `jsrUrl` leads to. */
export function isStandIn(jsrUrl: string | undefined): boolean {
  return jsrUrl === REGISTRY.href;
}

/**
 * Asks `deno` itself for the genuine packages, first in its cache (a machine that was online once stays genuine
 * offline), then in the registry; without a network that fails within a tenth of a second.
 *
 * No answer is stored: the next command asks again. `--reload` is for the log-in page of a hotel, which the cache
 * would otherwise keep as the registry's answer for ever.
 */
async function genuineIsAtHand(): Promise<boolean> {
  if (await fetches("--cached-only")) return true;
  const notice = setTimeout(() => console.error("Looking for JSR, ten seconds at most"), 1_500);
  try {
    return await fetches("--reload");
  } finally {
    clearTimeout(notice);
  }
}

async function fetches(how: string): Promise<boolean> {
  const probe = new Deno.Command(Deno.execPath(), {
    args: ["cache", "--no-lock", "--quiet", how, PROBE.href],
    stdin: "null",
    stdout: "null",
    stderr: "null",
    signal: AbortSignal.timeout(PROBE_LIMIT_MS),
  });
  return (await probe.output()).success;
}

/** `deno publish` refuses imports that lie inside the package but outside its file list, so the registry steps outside. */
async function copyOutside(): Promise<Registry> {
  const folder = await Deno.makeTempDir({ prefix: "flotilla-std-" });
  await copyTree(REGISTRY, new URL(toFolderUrl(folder)));
  return {
    url: toFolderUrl(folder),
    release: () => Deno.remove(folder, { recursive: true }),
  };
}

async function copyTree(from: URL, to: URL): Promise<void> {
  for await (const entry of Deno.readDir(from)) {
    const source = new URL(`${entry.name}${entry.isDirectory ? "/" : ""}`, from);
    const target = new URL(`${entry.name}${entry.isDirectory ? "/" : ""}`, to);
    if (entry.isDirectory) {
      await Deno.mkdir(target, { recursive: true });
      await copyTree(source, target);
    } else await Deno.copyFile(source, target);
  }
}

/** Windows paths have a drive and backslashes; URLs have neither. */
function toFolderUrl(path: string): string {
  const slashed = path.replaceAll("\\", "/");
  const url = new URL("file:///");
  url.pathname = slashed.startsWith("/") ? slashed : `/${slashed}`;
  return `${url.href}/`;
}
