import { forSeeds } from "./fuzz/compare.ts";
import { HINTED } from "./fuzz/subjects.ts";

// PORCUPINE_TIMES=100 makes the long run of this file.
for (const subject of HINTED) {
  const small = `the fast paths and the oracle agree on ${subject.name}`;
  Deno.test(small, () => {
    forSeeds(small, 1500, (seed) => subject.againstOracle(seed, { strategy: "auto", contest: "both" }));
  });
  const large = `the fast paths and the search agree on longer histories of ${subject.name}`;
  Deno.test(large, () => {
    forSeeds(large, 300, (seed) => subject.againstSearch(seed, 8 + (seed % 13)));
  });
}
