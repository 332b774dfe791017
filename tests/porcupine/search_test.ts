import { forSeeds } from "./fuzz/compare.ts";
import { HINTED, PLAIN } from "./fuzz/subjects.ts";

// PORCUPINE_TIMES=100 makes the long run of this file: 200,000 histories for each model and search.
for (const contest of ["depth", "frontier", "both"] as const) {
  for (const subject of [...HINTED, ...PLAIN]) {
    const title = `the ${
      contest === "both" ? "competing searches" : `${contest} search`
    } and the oracle agree on ${subject.name}`;
    Deno.test(title, () => {
      forSeeds(
        title,
        contest === "both" ? 300 : 1500,
        (seed) => subject.againstOracle(seed, { strategy: "search", contest }),
      );
    });
  }
}
