import { flotillaKvPart } from "./kv/parts.ts";
import { registerPart } from "./register.ts";

registerPart(flotillaKvPart("4C"), { test: Deno.test, args: Deno.args });
