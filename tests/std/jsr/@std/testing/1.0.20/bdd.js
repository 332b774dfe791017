// @ts-self-types="./bdd.d.ts"
export { after as afterAll, afterEach, before as beforeAll, beforeEach, describe, it, test } from "node:test";
