import { FLOTILLA_KV, flotillaReplay, kvPart } from "./kv/parts.ts";
import { registerPart } from "./register.ts";

registerPart(kvPart("4A", FLOTILLA_KV, flotillaReplay("4A")), { test: Deno.test, args: Deno.args });
