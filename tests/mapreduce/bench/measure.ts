/**
 * One run of one contender: how long, how much of the processors, how much memory.
 * @module
 */

import { processesIn } from "../real/processes.ts";

/** What a run cost. */
export interface Cost {
  readonly seconds: number;
  /** Of all its processes together. */
  readonly cpuSeconds: number;
  /** The largest of its processes. */
  readonly peakBytes: number;
  /** Cores that everybody else used meanwhile: with more than a few hundredths it is no measurement. */
  readonly otherCores: number;
}

const SAMPLE_MS = 50;
/** `TIMEFORMAT` of bash: real, user and system seconds. */
const FORMAT = "%3R %3U %3S";

/** Runs a command of the shell in `folder`, its standard output into `outFile`. Throws if it fails. */
export async function measure(command: string, folder: string, outFile: string): Promise<Cost> {
  const watch = new Watch(folder);
  const before = busySeconds();
  const { code, stderr } = await new Deno.Command("bash", {
    args: ["-c", `TIMEFORMAT='${FORMAT}'; time { ${command} ; } >"${outFile}"`],
    cwd: folder,
    env: { LC_ALL: "C" },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  const busy = busySeconds() - before;
  const lines = new TextDecoder().decode(stderr).trimEnd().split("\n");
  const peakBytes = watch.stop();
  if (code !== 0) throw new Error(`${command}\nended with code ${code}: ${lines.join("\n")}`);
  const [seconds, user, system] = lines[lines.length - 1].split(" ").map(Number);
  const cpuSeconds = user + system;
  return { seconds, cpuSeconds, peakBytes, otherCores: Math.max(0, (busy - cpuSeconds) / seconds) };
}

/** Looks at the memory of everything that works in a folder, again and again. */
class Watch {
  readonly #folder: string;
  readonly #timer;
  #peakBytes = 0;

  constructor(folder: string) {
    this.#folder = Deno.realPathSync(folder);
    this.#timer = setInterval(() => this.#look(), SAMPLE_MS);
  }

  stop(): number {
    clearInterval(this.#timer);
    return this.#peakBytes;
  }

  #look(): void {
    for (const pid of processesIn(this.#folder)) {
      try {
        const [, kilobytes] = /^VmHWM:\s+(\d+) kB/m.exec(Deno.readTextFileSync(`/proc/${pid}/status`)) ?? [];
        this.#peakBytes = Math.max(this.#peakBytes, Number(kilobytes ?? 0) * 1024);
      } catch {
        // It has gone meanwhile.
      }
    }
  }
}

/** What all processors have done since they were started, in seconds. */
function busySeconds(): number {
  const [, user, nice, system, , , irq, softirq, steal] = Deno.readTextFileSync("/proc/stat").split(/\s+/)
    .map(
      Number,
    );
  return (user + nice + system + irq + softirq + steal) / 100;
}
