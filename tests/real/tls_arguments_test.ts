import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { readClientArguments } from "../../kv/cli/client_arguments.ts";
import { UsageError } from "../../kv/cli/flags.ts";
import { readServeArguments } from "../../kv/cli/serve_arguments.ts";
import { AUTHORITY, EXPIRED, FORGED, NODE } from "../runtime/deno/certificates.ts";
import { TlsFolder } from "./tls_folder.ts";

const HERE = ["--id", "1", "--peers", "1=127.0.0.1:7001,2=127.0.0.1:7002", "--data", "d"];
const FAR = ["--id", "1", "--peers", "1=10.0.0.1:7001,2=10.0.0.2:7001", "--data", "d"];

function complaint(...words: string[]): string {
  return assertThrows(() => readServeArguments(words, "secret"), UsageError).message;
}

Deno.test("a node whose peers are on other machines does not start without certificates, and says what to do", () => {
  assertStringIncludes(complaint(...FAR), "give --tls-cert, --tls-key and --tls-ca");
  const mixed = ["--id", "1", "--peers", "1=127.0.0.1:7001,2=db.example:7001", "--data", "d"];
  assertStringIncludes(complaint(...mixed), "Cannot run with peer 2 at db.example:7001 without TLS");
  assertEquals(readServeArguments(HERE, undefined).tls, null);
});

Deno.test("certificates that cannot work are told before anything is opened", async () => {
  await using folder = await TlsFolder.make(
    { "node": NODE, "forged": FORGED, "expired": EXPIRED },
    AUTHORITY,
  );
  const files = (cert: string, key: string) => folder.words(cert, key);
  const args = readServeArguments([...HERE, ...files("node", "node")], undefined);
  assertEquals(args.tls, { ...NODE, authority: AUTHORITY });
  const [client] = readClientArguments(["status", ...files("node", "node")]);
  assertEquals(client.tls, args.tls);
  const says = (cert: string, key: string) => complaint(...HERE, ...files(cert, key));
  assertStringIncludes(says("node", "forged"), "is not the key of");
  assertStringIncludes(says("forged", "forged"), "was not made by the authority");
  assertStringIncludes(says("expired", "expired"), "its time was over on Feb  1 00:00:00 2020");
  assertStringIncludes(says("missing", "node"), "Cannot read");
  assertStringIncludes(complaint(...HERE, ...files("node", "node").slice(0, 2)), "with one file alone");
  assertStringIncludes(complaint(...FAR, ...files("node", "node")), "make one with subjectAltName 10.0.0.1");
  await Deno.writeTextFile(`${folder.path}/node.key`, "no key");
  assertStringIncludes(says("node", "node"), "holds no private key");
  await Deno.writeTextFile(`${folder.path}/node.pem`, "no certificate");
  assertStringIncludes(says("node", "node"), "holds no certificate");
});

Deno.test("a client port that other machines reach needs a token, whether nodes speak TLS or not", async () => {
  await using folder = await TlsFolder.make({ node: NODE }, AUTHORITY);
  const words = [...HERE, "--resp", "0.0.0.0:6379"];
  const error = assertThrows(
    () => readServeArguments([...words, ...folder.words("node", "node")], undefined),
    UsageError,
  );
  assertStringIncludes(error.message, "without a token");
  assert(readServeArguments(words, "secret").token === "secret");
});
