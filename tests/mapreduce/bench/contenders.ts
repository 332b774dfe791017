/**
 * Who counts: this house's applications, and what people use otherwise.
 * @module
 */

/** One way to count words. */
export interface Contender {
  readonly name: string;
  /** For the shell, given the input's path. */
  readonly command: (input: string) => string;
  /** How its answer is brought into the form "word count", sorted: a filter for the shell; empty if it is none. */
  readonly normal: string;
}

/** A contender that is not here, and why. */
export interface Absent {
  readonly name: string;
  readonly why: string;
}

const CLI = new URL("../../../mapreduce/cli.ts", import.meta.url).href;
const PLAIN = new URL("../apps/plain_wc.ts", import.meta.url).href;
const SWAPPED = `awk '{print $2, $1}' | sort`;

function ours(name: string, app: string, more: string, counts: boolean): Contender {
  const options = `--out out --workers 2 --fresh --quiet ${more}`;
  return {
    name,
    command: (input) =>
      `rm -rf out; "${Deno.execPath()}" run -A --no-check "${CLI}" ${app} "${input}" ${options}`,
    normal: counts ? "cat out/mr-out-* | sort" : "",
  };
}

/** This house's. */
export const OURS: readonly Contender[] = [
  ours("wc, 2 workers", "wc", "", true),
  ours("plain TypeScript, 2 workers", `--app "${PLAIN}"`, "", true),
  ours("indexer, 2 workers", "indexer", "", false),
];

const PEERS: readonly (Contender & { readonly needs: readonly string[]; readonly hint: string })[] = [
  {
    name: "tr | sort | uniq -c",
    needs: ["tr", "sed", "sort", "uniq"],
    hint: "",
    command: (input) => `tr -cs A-Za-z '\\n' <"${input}" | sed '/^$/d' | sort -S1G --parallel=2 | uniq -c`,
    normal: SWAPPED,
  },
  {
    name: "mawk alone",
    needs: ["mawk"],
    hint: "",
    command: (input) =>
      `mawk -F'[^A-Za-z]+' '{for(i=1;i<=NF;i++) if($i!="") c[$i]++} END{for(w in c) print c[w], w}' "${input}"`,
    normal: SWAPPED,
  },
  {
    name: "tr | mawk",
    needs: ["tr", "mawk"],
    hint: "",
    command: (input) =>
      `tr -cs A-Za-z '\\n' <"${input}" | mawk '$0!=""{c[$0]++} END{for(w in c) print c[w], w}'`,
    normal: SWAPPED,
  },
  {
    name: "Go, two goroutines",
    needs: [goCounter()],
    hint: "set WCGO to a built word counter that takes -p 2",
    command: (input) => `"${goCounter()}" -p 2 "${input}"`,
    normal: SWAPPED,
  },
  {
    name: "DuckDB, two threads",
    needs: [Deno.env.get("DUCK") ?? "duckdb counter"],
    hint: "set DUCK to a command that counts a file's words",
    command: (input) => `${Deno.env.get("DUCK")} "${input}"`,
    normal: SWAPPED,
  },
  {
    name: "the course's framework in Go, 2 workers",
    needs: [Deno.env.get("COURSE_MR") ?? "course framework"],
    hint: "set COURSE_MR to a command that counts a file's words",
    command: (input) => `${Deno.env.get("COURSE_MR")} "${input}"`,
    normal: SWAPPED,
  },
];

function goCounter(): string {
  return Deno.env.get("WCGO") ?? "wcgo";
}

/** The peers that are here, and those that are not. */
export function findPeers(): { readonly present: readonly Contender[]; readonly absent: readonly Absent[] } {
  const present: Contender[] = [];
  const absent: Absent[] = [];
  for (const peer of PEERS) {
    const missing = peer.needs.filter((program) => !isInstalled(program.split(" ")[0]));
    if (missing.length === 0) present.push(peer);
    else absent.push({ name: peer.name, why: `no ${missing.join(", no ")}${peer.hint && `; ${peer.hint}`}` });
  }
  return { present, absent };
}

/** Whether the shell knows a program of that name. */
export function isInstalled(program: string): boolean {
  const folders = program.includes("/")
    ? [""]
    : (Deno.env.get("PATH") ?? "").split(":").map((one) => `${one}/`);
  return folders.some((folder) => {
    try {
      return Deno.statSync(`${folder}${program}`).isFile;
    } catch {
      return false;
    }
  });
}
