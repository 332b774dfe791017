/**
 * Which options each command heeds.
 * @module
 */

import { type Arguments, UsageError } from "./arguments.ts";

/** What a seed is drawn with. */
const DRAWN = ["layer", "workload", "nemesis", "nodes", "clients", "rate", "length"] as const;
const ALWAYS = ["config", "help", "h"] as const;

/**
 * Throws `UsageError` if `said`, the words of a command line, hold an option that its command would not look at: whoever says
 * `--nemesis crash` beside a plan that has its own faults would think that it was heeded. A file of options is for all commands, and each
 * takes from it what it can.
 */
export function refuseUnheeded(args: Arguments, said: readonly string[]): void {
  if (args.command === "help") return;
  const { what, heeds } = heeded(args);
  for (const word of said) {
    const [, name] = /^--?([a-z]+)(?:=|$)/.exec(word) ?? [];
    if (name === undefined || [...heeds, ...ALWAYS].includes(name)) continue;
    const known = heeds.length === 0
      ? "it takes no options"
      : `it heeds ${heeds.map((one) => `--${one}`).join(", ")}`;
    throw new UsageError(`Cannot heed --${name} ${what}: ${known}`);
  }
}

function heeded(
  args: Arguments,
): { readonly what: string; readonly heeds: readonly string[] } {
  switch (args.command) {
    case "help":
    case "list":
      return { what: "with chaos list", heeds: [] };
    case "run":
      return {
        what: "in a campaign",
        heeds: [...DRAWN, "seed", "runs", "time", "workers", "shrink", "out", "json"],
      };
    case "replay":
    case "shrink":
      return /^\d+$/.test(args.what)
        ? { what: `with chaos ${args.command} SEED`, heeds: [...DRAWN, "out", "json"] }
        : { what: `with a run that was drawn already`, heeds: ["out", "json"] };
    case "view":
      return { what: "with chaos view", heeds: ["port", "out"] };
    case "kills":
      return { what: "with chaos kills", heeds: ["workers", "across", "corpus", "json"] };
    case "real":
      return args.plan === null
        ? { what: "with --real", heeds: [...DRAWN, "real", "seed", "runs", "time", "out", "json"] }
        : { what: "beside --plan, which says all that", heeds: ["real", "plan", "out", "json"] };
    case "foreign":
      return { what: "with --system", heeds: ["real", "system", "seed", "time", "out", "json"] };
  }
}
