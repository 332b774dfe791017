/** Histories as jepsen's suites write them, judged from the text on. */
import { assert, assertEquals } from "@std/assert";
import {
  checkOperations,
  checkTransactions,
  type Codec,
  FormatError,
  loadHistory,
  loadOpened,
  modelNamed,
  transactionCodec,
  transactionsOf,
} from "../../../porcupine/mod.ts";
import { openAs } from "../../../porcupine/formats/read.ts";
import { type Fate, STORIES, type Story } from "./jepsen_stories.ts";
import { bytesOf } from "./texts.ts";

for (const story of STORIES) {
  const { what, model, fate } = story;
  Deno.test(`${model}: ${what}: ${typeof fate === "string" ? fate : `refused at line ${fate.line}`}`, async () => {
    const found = await fateOf(story);
    if (typeof fate === "string" || typeof found === "string") return assertEquals(found, fate);
    assertEquals(found.line, fate.line, found.says);
    assert(found.says.includes(fate.says), found.says);
  });
}

async function fateOf(story: Story): Promise<Fate> {
  try {
    return await judge(story);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return { line: error.line, says: error.message };
  }
}

async function judge({ model, lines, facts }: Story): Promise<Fate> {
  const bytes = bytesOf(`${lines.join("\n")}\n`, 11);
  if (model === "list-append" || model === "rw-register") {
    const opened = await openAs("story", bytes, { format: "edn", transactions: true });
    const { operations } = await loadOpened(transactionCodec(model), "story", opened);
    return checkTransactions(transactionsOf(operations)).kind;
  }
  return await modelNamed(model, { file: "story", line: 0 }).with({
    use: async <S, I, O>(codec: Codec<S, I, O>): Promise<Fate> => {
      const history = await loadHistory(codec, "story", bytes, { format: "edn", ...(facts && { facts }) });
      const { kind } = checkOperations(history.model, history.operations);
      assert(kind !== "unknown");
      return kind;
    },
  });
}
