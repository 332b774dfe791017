import { forSeeds } from "./fuzz/compare.ts";
import { HINTED, PLAIN } from "./fuzz/subjects.ts";

// A slice; `-- --times 10` is what the planted bugs are met with, and oracle_main.ts makes the long run.
for (const subject of [...HINTED, ...PLAIN]) {
  const title = `every way of deciding agrees with trying all orders: ${subject.name}`;
  Deno.test(title, () => forSeeds(title, 30, subject.againstOracle));
}
