import { forSeeds } from "./fuzz/compare.ts";
import { HINTED } from "./fuzz/subjects.ts";

for (const subject of HINTED) {
  const title = `fast path, depth-first and frontier search agree on longer histories: ${subject.name}`;
  Deno.test(title, () => forSeeds(title, 10, (seed) => subject.againstSearch(seed, 8 + (seed % 13))));
}
