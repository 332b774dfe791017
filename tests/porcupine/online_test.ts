import { forSeeds } from "./fuzz/compare.ts";
import { HINTED, PLAIN } from "./fuzz/subjects.ts";

for (const subject of [...HINTED, ...PLAIN]) {
  const small = `the on-line checker stops at the first impossible answer: ${subject.name}`;
  Deno.test(small, () => forSeeds(small, 12, subject.onlineAgainstOracle));
  const long =
    `the on-line checker agrees with checking every prefix of 60 to 100 operations: ${subject.name}`;
  const honest =
    `the on-line checker does not complain of what a true object did for busy clients: ${subject.name}`;
  Deno.test(honest, () => forSeeds(honest, 1, (seed) => subject.onlineHonest(seed, 60)));
  Deno.test(long, () => forSeeds(long, 1, (seed) => subject.onlineAgainstPrefixes(seed, 60 + (seed % 41))));
}
