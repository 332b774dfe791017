import process from "node:process";

/** How much of the machine others use, from one look to the next. */
export class Others {
  #busyMs = busyMs();
  #ownMs = ownMs();
  #at = performance.now();

  /**
   * The share of all processors that other processes had since the last look, from 0 to 1; 0 where the system does not tell (Linux does,
   * in hundredths of a second). Threads of this process do not count, whatever they wait for.
   */
  look(): number {
    const [busy, own, at] = [busyMs(), ownMs(), performance.now()];
    const passed = (at - this.#at) * (navigator.hardwareConcurrency || 1);
    const share = Math.max(0, busy - this.#busyMs - (own - this.#ownMs)) / passed;
    [this.#busyMs, this.#ownMs, this.#at] = [busy, own, at];
    return Number.isFinite(share) ? share : 0;
  }
}

/** What the processors were busy with since the start of the system, in milliseconds. */
function busyMs(): number {
  try {
    // user, nice, system, idle, iowait, irq, softirq, steal
    const fields = Deno.readTextFileSync("/proc/stat").split("\n")[0].trim().split(/\s+/).slice(1).map(
      Number,
    );
    return 10 * [0, 1, 2, 5, 6, 7].reduce((sum, i) => sum + (fields[i] ?? 0), 0);
  } catch {
    return 0;
  }
}

function ownMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
