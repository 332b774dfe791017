import { assert } from "@std/assert";
import { LogTime, Reign } from "../../kv/log_time.ts";
import { Leases } from "../../kv/store/leases.ts";
import { type Clock, seededRandom } from "../../runtime/mod.ts";
import { type LeaseSpan, leaseSpan } from "./lease_span.ts";

/** What a leader may leave unwritten; see `kv/ticker.ts`. */
const UNWRITTEN_MS = 1000;
/** One agreement on a good network, twice: that of the last tick and that of the end itself; and whole milliseconds. */
const AGREEMENT_MS = 12;
const SEEDS = 40;

/** `deno test -A tests/kv/lease_test.ts -- SEED` looks at one seed. */
const only = Deno.args.length > 0 ? Number(Deno.args[0]) : null;
const seeds = only === null ? Array.from({ length: SEEDS }, (_, at) => at + 1) : [only];

/** How much longer a lease may last than it was promised to. */
function allowedMs({ outages }: LeaseSpan): number {
  return outages.reduce((sum, outageMs) => sum + outageMs + UNWRITTEN_MS, AGREEMENT_MS);
}

for (const leaders of ["one leader", "leaders that die or are cut off every other second"] as const) {
  Deno.test(`leases under ${leaders}: never shorter than promised, longer by what was left unwritten at most (${SEEDS} seeds)`, async () => {
    let longestMs = 0;
    let changes = 0;
    for (const seed of seeds) {
      const span = await leaseSpan(seed, { faults: leaders !== "one leader" });
      const again = `seed ${seed}; repeat it with: deno test -A tests/kv/lease_test.ts -- ${seed}`;
      const extraMs = span.lastedMs - span.promisedMs;
      assert(extraMs >= 0, `a lease of ${span.promisedMs} ms ended ${-extraMs} ms too early, ${again}`);
      assert(
        extraMs <= allowedMs(span),
        `a lease of ${span.promisedMs} ms ended ${extraMs} ms late, more than ${allowedMs(span)} ms after ` +
          `${span.outages.length} changes of leaders, ${again}`,
      );
      longestMs = Math.max(longestMs, extraMs);
      changes += span.outages.length;
    }
    if (only !== null || leaders === "one leader") return;
    // A bound that nothing comes near would show nothing.
    assert(changes > SEEDS && longestMs > 2500, `${changes} changes, at most ${longestMs} ms late`);
  });
}

Deno.test("whole milliseconds, rounded down, take nothing of a lease: 1,000 of them that begin at any moment of one", () => {
  const random = seededRandom(1).split("leases");
  let nowMs = 0;
  const reign = new Reign({ now: () => nowMs } as Clock);
  const time = new LogTime();
  reign.begin();
  for (let lease = 1; lease <= 1000; lease++) {
    nowMs += random.next() * 3;
    time.advance(1, reign.ledMs);
    const leases = new Leases();
    const ttlMs = 1 + random.below(20);
    const grantedAt = nowMs;
    leases.grant(lease, ttlMs, time.nowMs);
    while (leases.nextEnded(time.nowMs) === 0) {
      nowMs += 0.05;
      time.advance(1, reign.ledMs);
    }
    const lastedMs = nowMs - grantedAt;
    assert(lastedMs >= ttlMs && lastedMs < ttlMs + 2.1, `a lease of ${ttlMs} ms lasted ${lastedMs} ms`);
  }
});
