import { checkOperations, ILLEGAL, kvModel, registerModel } from "../../../porcupine/mod.ts";
import { plain } from "../fuzz/compare.ts";
import { simulate, specOf } from "../generate.ts";
import { kvOperation, registerOperation } from "../generate/operations.ts";
import { type Bar, n } from "./bars.ts";
import { peakOfFile } from "./child.ts";
import { generatedCase } from "./histories.ts";
import { forgetPeak, peakMb, timed } from "./measure.ts";

const NOW = (): number => performance.now();
const HINTS = { plain: false };

/** Bar 6: a million operations on one key, as a whole and while they happen. */
export async function millionBars(): Promise<Bar[]> {
  const bars: Bar[] = [];
  const kinds = { "unique register": {}, "versioned kv": { model: "kvv", maybe: 0.05 } } as const;
  for (const [name, kind] of Object.entries(kinds)) {
    const spec = { ...kind, clients: 10, ops: 1_000_000, seed: 7 };
    const peak = await peakOfFile(spec);
    bars.push({
      number: 6,
      asked: `${name}, a million operations: at most 1 GB, the history included`,
      reached: peak === null ? "not measured" : `${peak.total} MB, ${peak.checking} of it for checking`,
      holds: peak === null ? null : peak.total <= 1024,
    });
    for (const expected of ["ok", "illegal"] as const) {
      const history = await generatedCase(spec, expected).load(
        HINTS,
      );
      const [ms, verdict] = timed(NOW, () => history.judge({ explain: "verdict" }));
      bars.push({
        number: 6,
        asked: `${name}, a million operations, ${expected}: at most 2 s`,
        reached: `${verdict.kind} in ${n(ms)} ms`,
        holds: verdict.kind === expected && ms <= 2000,
      });
      const watched = history.watch();
      const rate = watched.answers / watched.ms;
      bars.push({
        number: 6,
        asked: `${name}, ${expected}, on line: 300k operations a second, bounded memory`,
        reached: `${watched.kind} after ${watched.answers} answers, ${
          n(rate)
        }k a second, ${watched.kept} operations kept at most`,
        holds: watched.kind === expected && rate >= 300,
      });
    }
  }
  return bars;
}

/** Bar 8: limits. */
export function limitBars(): Bar[] {
  const spec = specOf({ clients: 50, ops: 4000, seed: 9, reads: 0.05, cas: 0.9, values: 4 });
  const hard = simulate(spec).ok.map(registerOperation);
  const model = plain(registerModel());
  const limit = 300;
  const [searching, first] = timed(NOW, () => checkOperations(model, hard, { timeLimitMs: limit }));
  const slow = {
    ...model,
    step: (state: string | number | null, _i: unknown, _a: unknown, context: { expired(): boolean }) => {
      const end = performance.now() + 500;
      while (performance.now() < end) if (context.expired()) return ILLEGAL;
      return state;
    },
  };
  const [stepping, second] = timed(NOW, () => checkOperations(slow, hard, { timeLimitMs: limit }));
  const upTo = (verdict: typeof first): string =>
    verdict.kind === "unknown" ? `unknown, linearizable up to ${verdict.linearizableUpTo}` : verdict.kind;
  // What was measured before must not hide what this takes.
  forgetPeak();
  const before = peakMb() ?? 0;
  const memory = 512;
  const texts = simulate(specOf({ model: "kv", clients: 30, ops: 4000, seed: 4, reads: 0.2 })).ok.map(
    kvOperation,
  );
  const third = checkOperations(plain(kvModel()), texts, {
    memoryLimitBytes: memory * 2 ** 20,
    timeLimitMs: 60_000,
  });
  const grown = (peakMb() ?? 0) - before;
  return [{
    number: 8,
    asked: "a time limit of 300 ms is kept within 50 ms, even inside a slow step",
    reached: `${n(searching)} ms (${upTo(first)}), in a slow step ${n(stepping)} ms (${second.kind})`,
    holds: searching <= limit + 50 && stepping <= limit + 50 && first.kind === "unknown",
  }, {
    number: 8,
    asked: `a memory limit of ${memory} MB is kept within 10 %`,
    reached: third.kind === "unknown" ? `${third.reason}; the process grew by ${n(grown)} MB` : third.kind,
    holds: third.kind === "unknown" && third.reason === "memory" && grown <= memory * 1.1,
  }];
}

/** Bar 12: what the course's tests record. */
export async function courseBars(): Promise<Bar[]> {
  const specs = {
    "kv with versions, 5 % maybe": { model: "kvv", maybe: 0.05 },
    "kv with versions, 30 % maybe": { model: "kvv", maybe: 0.3 },
    "kv with versions, reads rare": { model: "kvv", maybe: 0.1, reads: 0.1 },
    "kv, appends": { model: "kv" },
    "kv, appends and puts": { model: "kv", reads: 0.4, puts: 0.1 },
  } as const;
  const bars: Bar[] = [];
  for (const [name, spec] of Object.entries(specs)) {
    for (const expected of ["ok", "illegal"] as const) {
      // Texts that are only appended to grow without end, and so does each read of them.
      const ops = spec.model === "kvv" ? 50_000 : 5000;
      const history = await generatedCase({ ...spec, clients: 15, ops, seed: 3 }, expected).load(HINTS);
      const [ms, verdict] = timed(NOW, () => history.judge({ timeLimitMs: 1000 }));
      bars.push({
        number: 12,
        asked:
          `15 clients on one key, ${name}, ${ops} operations, ${expected}: decided within the course's second`,
        reached: `${verdict.kind} in ${n(ms)} ms`,
        holds: verdict.kind === expected,
      });
    }
  }
  return bars;
}
