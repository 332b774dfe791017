/**
 * The watchdog's own thread: sleeps between heartbeats, and bites when one does not come.
 * @module
 */

/** What it is to watch. */
interface Task {
  readonly heart: Int32Array;
  readonly limitMs: number;
  readonly what: string;
}

addEventListener("message", (event: Event) => {
  if (!(event instanceof MessageEvent)) return;
  const { heart, limitMs, what }: Task = event.data;
  for (;;) {
    if (Atomics.wait(heart, 0, Atomics.load(heart, 0), limitMs) !== "timed-out") continue;
    Deno.stderr.writeSync(new TextEncoder().encode(`${what}\n`));
    // Not `Deno.exit`: from here that would end this thread alone.
    Deno.kill(Deno.pid, "SIGKILL");
  }
});
