import { registerPart } from "./register.ts";
import { FLOTILLA_SHARD, shardPart, shardReplay } from "./shard/parts.ts";

registerPart(shardPart("5B", FLOTILLA_SHARD, shardReplay("5B")), { test: Deno.test, args: Deno.args });
