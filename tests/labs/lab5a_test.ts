import { registerPart } from "./register.ts";
import { FLOTILLA_SHARD, shardPart, shardReplay } from "./shard/parts.ts";

registerPart(shardPart("5A", FLOTILLA_SHARD, shardReplay("5A")), { test: Deno.test, args: Deno.args });
