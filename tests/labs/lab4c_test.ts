import { FLOTILLA_KV, flotillaReplay, kvPart } from "./kv/parts.ts";
import { registerPart } from "./register.ts";

registerPart(kvPart("4C", FLOTILLA_KV, flotillaReplay("4C")), { test: Deno.test, args: Deno.args });
