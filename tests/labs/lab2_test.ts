import { flotillaKvPart } from "./kv/parts.ts";
import { registerPart } from "./register.ts";

registerPart(flotillaKvPart("2"), { test: Deno.test, args: Deno.args });
