// @ts-self-types="./mod.d.ts"
// One file, not npm's `cli/mod.js`: that one imports data npm's copy does not carry.
export * from "npm:deno-std@1.4.0/cli/parse_args.js";
