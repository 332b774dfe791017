import { registerPart } from "./register.ts";
import { FLOTILLA_SHARD, shardPart, shardReplay } from "./shard/parts.ts";

registerPart(shardPart("5C", FLOTILLA_SHARD, shardReplay("5C")), { test: Deno.test, args: Deno.args });
