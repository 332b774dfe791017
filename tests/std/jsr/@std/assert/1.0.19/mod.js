// @ts-self-types="./mod.d.ts"
// The genuine code of `@std/assert` as npm carries it; the types beside it are ours, because npm's copy has none
// and without `asserts expr` no test that narrows would check.
export * from "npm:deno-std@1.4.0/assert/mod.js";
