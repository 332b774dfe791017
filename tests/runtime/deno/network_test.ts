import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { splitAddress } from "../../../runtime/deno/address.ts";
import { denoNetwork } from "../../../runtime/deno.ts";
import { defineService, RpcError, RpcPeer, seededRandom, WireError } from "../../../runtime/mod.ts";
import { denoClock } from "../../../runtime/deno.ts";
import { ChannelTransport } from "../../../raft/channel_transport.ts";
import { messageCodec } from "../../../raft/codec.ts";
import type { Message } from "../../../raft/message.ts";
import { Heard, textChannel, turns, until, withNetwork } from "./strangers.ts";

const NEWS = textChannel("news");
const VOTE: Message = { type: "voteReply", term: 1, granted: true };

/** What all TCP connections inherit from. */
async function connectionPrototype(): Promise<Deno.TcpConn> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  using line = await Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port });
  using _other = await listener.accept();
  return Object.getPrototypeOf(line);
}

Deno.test("two ends hear each other on two channels, in order, under the addresses they listen at", async () => {
  await withNetwork(async (open) => {
    const [anna, bert] = [open(), open()];
    const [news, talk, answers] = [new Heard(), new Heard(), new Heard()];
    bert.open(NEWS, news.add);
    bert.open(textChannel("talk"), talk.add);
    anna.open(textChannel("answers"), answers.add);
    const toNews = anna.open(NEWS, () => {});
    const toTalk = anna.open(textChannel("talk"), () => {});
    for (let at = 0; at < 500; at++) (at % 2 === 0 ? toNews : toTalk).send(bert.address, `${at}`);
    bert.open(textChannel("answers"), () => {}).send(anna.address, "yes");
    await Promise.all([news.reached(250), talk.reached(250), answers.reached(1)]);
    assertEquals(news.messages.slice(0, 3), ["0", "2", "4"].map((text) => `${anna.address}: ${text}`));
    assertEquals(talk.messages.at(-1), `${anna.address}: 499`);
    assertEquals(answers.messages, [`${bert.address}: yes`]);
    assertEquals(anna.counters.messagesSent, 500);
    assertEquals(bert.counters.messagesReceived, 500);
    assertEquals(bert.counters.bytesReceived, anna.counters.bytesSent);
    assertEquals(bert.counters.bytesReceived, 10 + 2 * 90 + 3 * 400);
  });
});

Deno.test("1,000 messages sent in one turn of the event loop go out in one write", async () => {
  await withNetwork(async (open) => {
    const [anna, bert] = [open(), open()];
    const heard = new Heard();
    bert.open(NEWS, heard.add);
    const port = anna.open(NEWS, () => {});
    port.send(bert.address, "first, so that the line is there");
    await heard.reached(1);
    const prototype = await connectionPrototype();
    const real = prototype.write;
    let writes = 0;
    prototype.write = function (bytes: Uint8Array) {
      writes++;
      return real.call(this, bytes);
    };
    try {
      for (let at = 0; at < 500; at++) port.send(bert.address, `${at}`);
      // Still the same turn, however many promises it takes.
      for (let hop = 0; hop < 10; hop++) await null;
      for (let at = 0; at < 500; at++) port.send(bert.address, `${at}`);
      await heard.reached(1001);
    } finally {
      prototype.write = real;
    }
    assertEquals(writes, 1);
  });
});

Deno.test("an end that takes no port calls, and is answered on its own line; two of them are told apart", async () => {
  await withNetwork(async (open) => {
    const server = open();
    const port = server.open(NEWS, (from, message) => port.send(from, `${message}, ${from}`));
    const heard = [new Heard(), new Heard()];
    const ends = heard.map((ear) => {
      const end = open({ address: null });
      end.open(NEWS, ear.add).send(server.address, "hello");
      return end;
    });
    await Promise.all(heard.map((ear) => ear.reached(1)));
    assert(ends[0].address !== ends[1].address);
    for (const [at, end] of ends.entries()) {
      assertEquals(heard[at].messages, [`${server.address}: hello, ${end.address}`]);
    }
    port.send("caller-nobody", "lost");
    assertEquals(server.counters.messagesDropped, 1);
  });
});

Deno.test("a peer that dies is told of once, and heard again after its restart at the same address", async () => {
  await withNetwork(async (open) => {
    const closed: string[] = [];
    const anna = open({ onPeerClosed: (peer) => closed.push(peer) });
    const port = anna.open(NEWS, () => {});
    const heard = new Heard();
    const life = new AbortController();
    const first = open({ signal: life.signal });
    first.open(NEWS, heard.add);
    port.send(first.address, "one");
    await heard.reached(1);
    life.abort();
    await until(() => closed.length > 0);
    port.send(first.address, "into the void");
    await until(() => anna.counters.messagesDropped > 0);
    const second = open({ address: first.address });
    second.open(NEWS, heard.add);
    await until(() => {
      port.send(first.address, "two");
      return heard.messages.length > 1;
    });
    assertEquals(heard.messages[1], `${anna.address}: two`);
    assertEquals(closed, [first.address]);
  });
});

Deno.test("a peer that takes no calls is told of at every attempt, and a call to it that is given up then does not wait for its timeout", async () => {
  await withNetwork(async (open, { signal }) => {
    const nobody = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const address = `127.0.0.1:${nobody.addr.port}`;
    nobody.close();
    const unreached: string[] = [];
    let giveUp = () => {};
    const network = open({
      address: null,
      onPeerUnreached: (peer) => {
        unreached.push(peer);
        giveUp();
      },
      onPeerClosed: () => unreached.push("a line that never was"),
    });
    const service = defineService<{ double: { request: number; reply: number } }>("maths", ["double"]);
    const common = { clock: denoClock(signal), random: seededRandom(1), signal };
    const caller = new RpcPeer({ ...common, network }, service, null);
    giveUp = () => caller.giveUp(address);
    for (let attempt = 1; attempt <= 2; attempt++) {
      const failed = await assertRejects(
        () => caller.call(address, "double", 1, { timeoutMs: 10_000 }),
        RpcError,
      );
      assertEquals([failed.code, unreached], ["gone", Array(attempt).fill(address)]);
    }
  });
});

Deno.test("a peer that has fallen silent is asked, given up after 20 ms more, and called again; one that answers is kept", async () => {
  await withNetwork(async (open) => {
    const closed: string[] = [];
    const silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const address = `127.0.0.1:${silent.addr.port}`;
    const anna = open({ silenceMs: 20, onPeerClosed: (peer) => closed.push(peer) });
    const bert = open();
    const heard = new Heard();
    bert.open(NEWS, heard.add);
    const port = anna.open(NEWS, () => {});
    for (let round = 1; round <= 3; round++) {
      port.send(address, "anybody?");
      port.send(bert.address, "hello");
      const line = await silent.accept();
      await until(() => closed.length === round);
      line.close();
    }
    silent.close();
    await heard.reached(3);
    assertEquals(closed, [address, address, address]);
  });
});

Deno.test("a peer called by another name than its own is known by the name it was called", async () => {
  await withNetwork(async (open, { signal }) => {
    const service = defineService<{ double: { request: number; reply: number } }>("maths", ["double"]);
    const common = { clock: denoClock(signal), random: seededRandom(1), signal };
    const server = open();
    new RpcPeer({ ...common, network: server }, service, { double: (request) => request * 2 });
    const client = new RpcPeer({ ...common, network: open() }, service, null);
    const nickname = server.address.replace("127.0.0.1", "localhost");
    assertEquals(await client.call(nickname, "double", 4, { timeoutMs: 5000 }), 8);
  });
});

Deno.test("a peer called by three names, one of them its own, answers to each of them, in whatever order they came", async () => {
  await withNetwork(async (open, { signal }) => {
    const service = defineService<{ double: { request: number; reply: number } }>("maths", ["double"]);
    const common = { clock: denoClock(signal), random: seededRandom(1), signal };
    const server = open();
    new RpcPeer({ ...common, network: server }, service, { double: (request) => request * 2 });
    const names = ["127.0.0.1", "localhost", "LOCALHOST"].map((host) =>
      server.address.replace("127.0.0.1", host)
    );
    for (const order of [[0, 1, 2, 0, 1, 2], [2, 1, 0, 2, 1, 0]]) {
      const client = new RpcPeer({ ...common, network: open() }, service, null);
      for (const at of order) {
        assertEquals(await client.call(names[at], "double", at, { timeoutMs: 2000 }), 2 * at);
      }
    }
  });
});

Deno.test("a member of Raft is heard though this end has called its process by another name", async () => {
  await withNetwork(async (open) => {
    const [anna, bert] = [open(), open()];
    const nickname = bert.address.replace("127.0.0.1", "localhost");
    const told = new Heard();
    const answers = bert.open(NEWS, () => {});
    const news = anna.open(NEWS, told.add);
    const heard: string[] = [];
    for (const [at, member] of [bert.address, nickname].entries()) {
      const mine = new ChannelTransport(anna, `raft ${at}`, messageCodec, new Map([["b", member]]));
      const theirs = new ChannelTransport(bert, `raft ${at}`, messageCodec, new Map([["a", anna.address]]));
      mine.receive((from) => heard.push(`${from} at ${member}`));
      theirs.receive((from) => {
        theirs.send(from, VOTE);
        // On the same line, so whatever was said before it has been heard, or never will be.
        answers.send(anna.address, "that was all");
      });
      news.send(nickname, "hello");
      mine.send("b", VOTE);
      await told.reached(at + 1);
    }
    assertEquals(heard, [`b at ${bert.address}`, `b at ${nickname}`]);
  });
});

Deno.test("nobody there: sending does not throw, what waited is dropped and counted, the peer is forgotten", async () => {
  await withNetwork(async (open) => {
    const life = new AbortController();
    const { address } = open({ signal: life.signal });
    life.abort();
    const anna = open({ maxConnections: 1 });
    const port = anna.open(NEWS, () => {});
    for (let at = 1; at <= 3; at++) {
      port.send(address, "anybody?");
      await until(() => anna.counters.messagesDropped === at);
    }
    // Only one may be called at a time; the place is free again once the first has been given up.
    const bert = open();
    const heard = new Heard();
    bert.open(NEWS, heard.add);
    await until(() => {
      port.send(bert.address, "hello");
      return heard.messages.length > 0;
    });
    await until(() =>
      anna.counters.messagesSent === anna.counters.messagesDropped + bert.counters.messagesReceived
    );
  });
});

Deno.test("a peer that does not read fills 1 MiB of queue and no more; the oldest messages are dropped", async () => {
  await withNetwork(async (open) => {
    const deaf = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const accepted = deaf.accept();
    const anna = open({ maxQueueBytes: 1 << 20 });
    const port = anna.open(NEWS, () => {});
    const message = "x".repeat(100_000);
    // The system's own buffers take some megabytes before anything waits here.
    await until(() => {
      for (let at = 0; at < 20; at++) port.send(`127.0.0.1:${deaf.addr.port}`, message);
      return anna.counters.messagesDropped > 100;
    });
    (await accepted).close();
    deaf.close();
    await until(() => anna.counters.messagesSent - anna.counters.messagesDropped < 100);
  });
});

Deno.test("a message beyond the limit is refused at the sender; one at the limit arrives", async () => {
  await withNetwork(async (open) => {
    const [anna, bert] = [open({ maxFrameBytes: 300_008 }), open({ maxFrameBytes: 300_008 })];
    const heard = new Heard();
    bert.open(NEWS, heard.add);
    const port = anna.open(NEWS, () => {});
    assertThrows(() => port.send(bert.address, "x".repeat(300_001)), WireError, "limit");
    port.send(bert.address, "x".repeat(300_000));
    port.send(bert.address, "small");
    await heard.reached(2);
    assertEquals(heard.messages.map((text) => text.length), [
      `${anna.address}: `.length + 300_000,
      `${anna.address}: small`.length,
    ]);
  });
});

Deno.test("a channel is opened once at a time, and a closed one hears nothing", async () => {
  await withNetwork(async (open) => {
    const [anna, bert] = [open(), open()];
    const [early, late] = [new Heard(), new Heard()];
    const first = bert.open(NEWS, early.add);
    assertThrows(() => bert.open(NEWS, early.add), TypeError, "open already");
    const port = anna.open(NEWS, () => {});
    port.send(bert.address, "one");
    await early.reached(1);
    first.close();
    bert.open(NEWS, late.add);
    first.close();
    port.send(bert.address, "two");
    await late.reached(1);
    assertEquals(early.messages.length, 1);
  });
});

Deno.test("a receiver that throws is reported, and the line goes on", async () => {
  await withNetwork(async (open) => {
    const [anna, bert] = [open(), open()];
    const heard = new Heard();
    const errors: string[] = [];
    const onError = (event: ErrorEvent) => {
      event.preventDefault();
      errors.push(event.error.message);
    };
    addEventListener("error", onError);
    bert.open(NEWS, (from, message) => {
      if (message === "bad") throw new Error("a bug");
      heard.add(from, message);
    });
    const port = anna.open(NEWS, () => {});
    for (const message of ["bad", "good"]) port.send(bert.address, message);
    await heard.reached(1);
    removeEventListener("error", onError);
    assertEquals(errors, ["a bug"]);
    assertEquals(bert.counters.connectionsRefused, 0);
  });
});

Deno.test("calls cross the real network: answers, refusals, deadlines, death", async () => {
  await withNetwork(async (open, death) => {
    const service = defineService<{
      double: { request: number; reply: number };
      fail: { request: null; reply: null };
      hang: { request: null; reply: null };
    }>("maths", ["double", "fail", "hang"]);
    const { signal } = death;
    const common = { clock: denoClock(signal), random: seededRandom(1), signal };
    const server = open();
    new RpcPeer({ ...common, network: server }, service, {
      double: (request) => request * 2,
      fail: () => Promise.reject(new Error("out of chalk")),
      hang: () => new Promise(() => {}),
    });
    const client = new RpcPeer({ ...common, network: open({ address: null }) }, service, null);
    const calls = Array.from(
      { length: 200 },
      (_, at) => client.call(server.address, "double", at, { timeoutMs: 5000 }),
    );
    assertEquals(await Promise.all(calls), calls.map((_, at) => at * 2));
    await assertRejects(
      () => client.call(server.address, "fail", null, { timeoutMs: 5000 }),
      RpcError,
      "out of chalk",
    );
    await assertRejects(
      () => client.call(server.address, "hang", null, { timeoutMs: 5 }),
      RpcError,
      "within 5 ms",
    );
    const last = assertRejects(
      () => client.call(server.address, "hang", null, { timeoutMs: 60_000 }),
      RpcError,
    );
    death.abort();
    assertEquals((await last).code, "closed");
  });
});

Deno.test("after its death an end sends nothing, hears nothing, and its port is free", async () => {
  await withNetwork(async (open) => {
    const life = new AbortController();
    const anna = open({ signal: life.signal });
    const bert = open();
    const heard = new Heard();
    bert.open(NEWS, heard.add);
    const port = anna.open(NEWS, heard.add);
    bert.open(textChannel("other"), () => {});
    port.send(bert.address, "alive");
    await heard.reached(1);
    port.send(bert.address, "in the last turn");
    life.abort();
    port.send(bert.address, "dead");
    await turns(5);
    Deno.listen(splitAddress(anna.address) as Deno.ListenOptions).close();
    assertEquals(heard.messages.length, 1);
    assertEquals(anna.counters.messagesSent, 2);
    assertThrows(() => denoNetwork({ address: "127.0.0.1:0", signal: life.signal }));
  });
});

Deno.test("an address is host:port, with brackets around what has colons; anything else is refused", () => {
  assertEquals(splitAddress("localhost:80"), { hostname: "localhost", port: 80 });
  assertEquals(splitAddress("[::1]:0"), { hostname: "::1", port: 0 });
  for (
    const bad of ["", "host", ":80", "host:", "host:x", "host:70000", "::1:80", "a b:80", "caller-1", "h:-1"]
  ) {
    assertEquals(splitAddress(bad), null, bad);
  }
  const { signal } = new AbortController();
  assertThrows(() => denoNetwork({ address: "nonsense", signal }), TypeError, "give host:port");
});
