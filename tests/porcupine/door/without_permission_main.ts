/**
 * Makes a check for which help is asked for, and prints its verdict: for a process that may read nothing.
 * @module
 */
import { checkInParallel, registerModel } from "../../../porcupine/mod.ts";
import { simulate, specOf } from "../generate.ts";
import { registerOperation } from "../generate/operations.ts";

const { ok } = simulate(
  specOf({ model: "register", clients: 30, ops: 400, seed: 3, reads: 1 / 3, cas: 1 / 3, values: 5 }),
);
// By this clock help is asked for.
let ms = 0;
const options = { strategy: "search", workers: 1, now: () => ms += 20 } as const;
console.log((await checkInParallel(registerModel(), ok.map(registerOperation), options)).kind);
