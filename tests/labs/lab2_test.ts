import { FLOTILLA_KV, flotillaReplay, kvPart } from "./kv/parts.ts";
import { registerPart } from "./register.ts";

registerPart(kvPart("2", FLOTILLA_KV, flotillaReplay("2")), { test: Deno.test, args: Deno.args });
