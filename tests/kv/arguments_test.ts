import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { readClientArguments } from "../../kv/cli/client_arguments.ts";
import { UsageError } from "../../kv/cli/flags.ts";
import { readServeArguments } from "../../kv/cli/serve_arguments.ts";

const ONE = ["--id", "1", "--data", "d", "--peers", "1=127.0.0.1:7001"];

for (
  const [words, token, message] of [
    [["--token="], undefined, "Cannot use an empty --token"],
    [["--resp", "0.0.0.0:6379"], "", "without a token"],
    [["--resp", "127.0.0.1:7001"], undefined, "for --peers and --resp: give two ports"],
    [["--resp", "127.0.0.1:7", "--http", "127.0.0.1:7"], undefined, "for --resp and --http: give two ports"],
  ] as const
) {
  Deno.test(`a node that would stand in its own way, or that anybody could enter, is not started: serve ${words.join(" ")}`, () => {
    const error = assertThrows(() => readServeArguments([...ONE, ...words], token), UsageError);
    assertStringIncludes(error.message, message);
  });
}

Deno.test("ports that are free ones may all be 0, but not the one at which the others call; no token is needed on this machine", () => {
  const args = readServeArguments([...ONE, "--resp", "127.0.0.1:0", "--http", "127.0.0.1:0"], "");
  assertEquals([args.resp, args.http, args.token], ["127.0.0.1:0", "127.0.0.1:0", null]);
  const words = ["--id", "1", "--data", "d", "--peers", "1=127.0.0.1:0"];
  assertThrows(() => readServeArguments(words, undefined), UsageError, "give the port to be called at");
});

for (
  const [words, message] of [
    ["put k v --ttl 5000", "Cannot put with --ttl: it is of lock alone"],
    ["get k --version 1", "Cannot get with --version: it is of put alone"],
    ["scan --after 1", "Cannot scan with --after: it is of watch alone"],
    ["watch --limit 1", "Cannot watch with --limit: it is of scan alone"],
  ] as const
) {
  Deno.test(`an option that another command has is refused, and not passed over: kv ${words}`, () => {
    assertThrows(() => readClientArguments(words.split(" ")), UsageError, message);
  });
}

Deno.test("each option is taken by the command whose it is", () => {
  for (
    const words of ["put k v --version 0", "scan --limit 5", "watch --after 5", "lock l --ttl 500 -- ls"]
  ) {
    readClientArguments(words.split(" "));
  }
});
