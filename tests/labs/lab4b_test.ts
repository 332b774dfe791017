import { FLOTILLA_KV, flotillaReplay, kvPart } from "./kv/parts.ts";
import { registerPart } from "./register.ts";

registerPart(kvPart("4B", FLOTILLA_KV, flotillaReplay("4B")), { test: Deno.test, args: Deno.args });
