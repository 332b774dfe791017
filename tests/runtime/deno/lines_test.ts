/** What becomes of a line: how long a caller may stay, who is answered on it, and what does not end it. */

import { assert, assertEquals } from "@std/assert";
import { splitAddress } from "../../../runtime/deno/address.ts";
import { joinFrames, wordFrame } from "../../../runtime/deno/frames.ts";
import type { Address } from "../../../runtime/mod.ts";
import { Heard, say, textChannel, turns, until, withNetwork } from "./strangers.ts";

const NEWS = textChannel("news");
const NOTHING = new Uint8Array(0);

Deno.test("a caller that has said who it is stays, when a stranger who came after it is sent away for silence", async () => {
  await withNetwork(async (open) => {
    const closed: Address[] = [];
    const node = open({ connectTimeoutMs: 20 });
    const heard = new Heard();
    node.open(NEWS, heard.add);
    const port = open({ address: null, onPeerClosed: (peer) => closed.push(peer) }).open(NEWS, () => {});
    // Again and again: on a slow machine a node may lose its patience with an honest caller, too.
    await until(() => {
      port.send(node.address, "one");
      return heard.messages.length > 0;
    });
    closed.length = 0;
    const before = heard.messages.length;
    await say(node.address, NOTHING);
    await until(() => {
      port.send(node.address, "two");
      return heard.messages.length > before;
    });
    assertEquals(closed, []);
  });
});

Deno.test("what is meant for a caller that has gone is dropped and counted, and does not wait for ever", async () => {
  await withNetwork(async (open) => {
    const node = open();
    const heard = new Heard();
    const port = node.open(NEWS, heard.add);
    const life = new AbortController();
    const caller = open({ address: null, signal: life.signal });
    caller.open(NEWS, () => {}).send(node.address, "hello");
    await heard.reached(1);
    life.abort();
    // At first there may be room for them in the system's own buffers.
    for (let turn = 0; turn < 1000 && node.counters.messagesDropped < 3; turn++) {
      port.send(caller.address, "too late");
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    assert(node.counters.messagesDropped >= 3, "they wait for somebody who will not come back");
  });
});

Deno.test("a caller that has come again is answered on its new line, also after the end of the old one", async () => {
  await withNetwork(async (open) => {
    const node = open({ maxConnections: 2 });
    const heard = new Heard();
    const port = node.open(NEWS, heard.add);
    const target = splitAddress(node.address);
    assert(target !== null);
    const hello = wordFrame({ kind: "hello", address: "caller-twin" });
    const message = joinFrames([hello], [{ channel: "news", body: new Uint8Array([65]) }], new Map());
    const lines: Deno.TcpConn[] = [];
    for (let count = 1; count <= 2; count++) {
      const line = await Deno.connect(target);
      lines.push(line);
      await line.write(message);
      await heard.reached(count);
    }
    const [old, young] = lines;
    old.close();
    // The place of the old one is free once its end was noticed.
    for (let greeted = false; !greeted;) {
      using third = await Deno.connect(target);
      greeted = await third.read(new Uint8Array(1)) !== null;
    }
    port.send("caller-twin", "answer");
    assertEquals(node.counters.messagesDropped, 0);
    let text = "";
    for (const buffer = new Uint8Array(256); !text.includes("answer");) {
      const count = await young.read(buffer);
      assert(count !== null, "the new line was ended");
      text += new TextDecoder().decode(buffer.subarray(0, count));
    }
    young.close();
  });
});

Deno.test("a message on a channel that nobody has open is lost, and the line and what follows on it are not", async () => {
  await withNetwork(async (open) => {
    const closed: Address[] = [];
    const [anna, bert] = [open({ onPeerClosed: (peer) => closed.push(peer) }), open()];
    const heard = new Heard();
    bert.open(NEWS, heard.add);
    bert.open(textChannel("old"), () => {}).close();
    anna.open(textChannel("old"), () => {}).send(bert.address, "anybody?");
    const port = anna.open(NEWS, () => {});
    await until(() => {
      port.send(bert.address, "hello");
      return heard.messages.length > 0;
    });
    assertEquals(closed, []);
  });
});

Deno.test("an end that dies tells nobody that its peers have gone", async () => {
  await withNetwork(async (open) => {
    const closed: Address[] = [];
    const life = new AbortController();
    const [anna, bert] = [open({ signal: life.signal, onPeerClosed: (peer) => closed.push(peer) }), open()];
    const heard = new Heard();
    bert.open(NEWS, heard.add);
    anna.open(NEWS, () => {}).send(bert.address, "hello");
    await heard.reached(1);
    life.abort();
    await turns(3);
    assertEquals(closed, []);
  });
});
