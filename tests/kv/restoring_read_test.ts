import { assert, assertEquals } from "@std/assert";
import type { Outcome } from "../../kv/outcome.ts";
import type { MachineServer } from "../../kv/mod.ts";
import { RELIABLE } from "../sim/mod.ts";
import { bytes, SlowJournal, text } from "./counter.ts";
import { Group } from "./group.ts";

const QUESTION = new Uint8Array(0);

/** A journal that hears when it is to be restored, and whose restore may fail half way. */
class HeardJournal extends SlowJournal {
  onRestore: () => void = () => {};
  fails = false;

  override restore(data: Uint8Array): Promise<void> {
    const restored = super.restore(this.fails ? bytes("") : data);
    this.onRestore();
    return this.fails ? restored.then(() => Promise.reject(new Error("the other half was lost"))) : restored;
  }
}

/** A question that was confirmed as of an entry that is applied, by a member that led until a moment ago. */
function askAsLedUntilNow({ replica }: MachineServer): Promise<Outcome> {
  const { node } = replica;
  const { state, readIndex } = node;
  node.state = () => ({ ...state.call(node), isLeader: true });
  node.readIndex = () => Promise.resolve(1);
  const answer = replica.query(QUESTION);
  node.state = state;
  node.readIndex = readIndex;
  return answer;
}

for (const fails of [false, true]) {
  Deno.test(`a question that was current when its machine began to be restored is ${fails ? "not answered by the half of a state that the restore leaves" : "answered by what is restored"}`, async () => {
    const answers: Promise<Outcome>[] = [];
    const lines: string[] = [];
    const group: Group<HeardJournal> = new Group({
      servers: 3,
      world: { seed: 3, conditions: RELIABLE },
      machine: (runtime) => new HeardJournal(() => runtime.clock.sleep(3)),
      server: { maxRaftStateBytes: 300 },
    });
    await group.world.play(async () => {
      const client = group.client("c", { timeoutMs: 60_000 });
      const write = async (count: number) => {
        for (; count > 0; count--) {
          lines.push(`line ${lines.length}`);
          await client.submit(bytes(lines[lines.length - 1]));
        }
      };
      await write(1);
      const leader = await group.untilLed();
      const behind = group.names.find((name) => name !== leader) as string;
      await group.world.clock.sleep(1000);
      const server = group.server(behind);
      const machine = group.machines.get(behind) as HeardJournal;
      assert(server.replica.applied > 1);
      machine.fails = fails;
      machine.onRestore = () => {
        answers.push(askAsLedUntilNow(server));
        machine.onRestore = () => {};
      };
      group.world.network.partition("behind", {
        kind: "isolate",
        node: behind,
        others: [...group.names, "c"],
      });
      await write(40);
      group.world.network.mend("behind");
      await group.world.clock.sleep(3000);
      assertEquals(answers.length, 1);
      const answer = await answers[0];
      if (fails) assertEquals([answer.kind, server.replica.failure instanceof Error], ["unknown", true]);
      else {assert(
          answer.kind === "applied" && text(answer.reply).startsWith("line 0\nline 1\n"),
          answer.kind,
        );}
    }, { untilMs: 600_000 });
    group.world.end();
  });
}
