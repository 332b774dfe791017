import { tellKey } from "../tell.ts";
import type { LevelName, PartLevels } from "./types.ts";

const NAMES: Readonly<Record<LevelName, string>> = {
  sequential: "sequentially consistent",
  readYourWrites: "read your writes",
  monotonicReads: "monotonic reads",
  monotonicWrites: "monotonic writes",
  writesFollowReads: "writes follow reads",
};

const SESSION = ["readYourWrites", "monotonicReads", "monotonicWrites", "writesFollowReads"] as const;

/** One line for a reader: what still held, what did not, how stale reads were. */
export function sentenceFor(parts: readonly PartLevels[], keyCount: number): string {
  const bad = parts.filter(({ linearizable }) => linearizable !== "yes");
  if (bad.length === 0) return "Linearizable, and therefore everything weaker too.";
  const first = bad[0];
  const where = parts.length === 1
    ? ""
    : bad.length === 1
    ? `Key ${tellKey(first.key)}: `
    : `${bad.length} of ${parts.length} keys; the first, ${tellKey(first.key)}: `;
  return `${where}${levelsSentence(first, keyCount > 1)} ${staleSentence(first)}`.trimEnd();
}

/**
 * What held of the guarantees. What holds of one key among several need not hold of all of them together: each may have an order
 * of its own, and none that all can share.
 */
function levelsSentence({ levels }: PartLevels, isOneOfSeveral: boolean): string {
  const { sequential } = levels;
  if (sequential.holds === "yes") {
    return `sequentially consistent${isOneOfSeveral ? " on this key alone" : ""}: ` +
      "one order explains every client's answers, only not in real time.";
  }
  const named = (holds: string): string[] =>
    SESSION.filter((name) => levels[name].holds === holds).map((n) => NAMES[n]);
  const [held, broken, open] = [named("yes"), named("no"), named("unknown")];
  const start = sequential.holds === "no"
    ? "not sequentially consistent"
    : "whether sequentially consistent is open";
  const parts = [
    ...(broken.length > 0 ? [`broken: ${broken.join(", ")}`] : []),
    ...(held.length > 0 ? [`held: ${held.join(", ")}`] : []),
    ...(open.length > 0 ? [`open: ${open.join(", ")}`] : []),
  ];
  return `${start}${parts.length > 0 ? `; ${parts.join("; ")}` : ""}.`;
}

/** How stale reads were. */
function staleSentence({ staleness, lag }: PartLevels): string {
  const late = lag === null || lag.staleReads === 0
    ? ""
    : ` ${lag.staleReads} of ${lag.reads} reads missed a newer write that had returned, by up to ${
      plain(lag.longest)
    }.`;
  switch (staleness.kind) {
    case "exact":
      return staleness.k === 1 ? "" : `The stalest read was ${updates(staleness.k - 1)} behind.${late}`;
    case "between":
      return `The stalest read was ${staleness.atLeast - 1} to ${
        updates(staleness.atMost - 1)
      } behind.${late}`;
    case "atLeast":
      return staleness.k === 1
        ? late.trim()
        : `The stalest read was ${updates(staleness.k - 1)} behind, or more.${late}`;
    case "none":
      return "No staleness of reads explains the answers.";
  }
}

function updates(n: number): string {
  return `${n} update${n === 1 ? "" : "s"}`;
}

function plain(time: number): string {
  return String(Number(time.toPrecision(6)));
}
