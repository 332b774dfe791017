import { forSeeds } from "./fuzz/compare.ts";
import { HINTED, PLAIN } from "./fuzz/subjects.ts";

// oracle_main.ts makes the long run: 200,000 histories for each model.
for (const subject of [...HINTED, ...PLAIN]) {
  const title = `every way of deciding agrees with trying all orders: ${subject.name}`;
  Deno.test(title, () => forSeeds(title, 300, subject.againstOracle));
}
