import { flotillaKvPart } from "./kv/parts.ts";
import { registerPart } from "./register.ts";

registerPart(flotillaKvPart("4A"), { test: Deno.test, args: Deno.args });
