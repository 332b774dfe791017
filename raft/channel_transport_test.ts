import { assertEquals } from "@std/assert";
import type { Address, Network } from "../runtime/network.ts";
import { ChannelTransport } from "./channel_transport.ts";
import { messageCodec } from "./codec.ts";
import type { Message } from "./message.ts";
import type { Configuration } from "./types.ts";

const MESSAGE: Message = { type: "voteReply", term: 1, granted: true };

/** A transport that knows b, and what it sends and hears. */
function bench() {
  const sent: Address[] = [];
  const heard: string[] = [];
  let arrives: (from: Address) => void = () => {};
  const network: Network = {
    address: "here",
    counters: { messagesSent: 0, bytesSent: 0, messagesReceived: 0, bytesReceived: 0 },
    open: (_channel, receive) => {
      arrives = (from) => receive(from, messageCodec.copy(MESSAGE) as never);
      return { send: (to) => void sent.push(to), close() {} };
    },
  };
  const transport = new ChannelTransport(network, "raft", messageCodec, new Map([["b", "b:1"]]));
  transport.receive((from) => void heard.push(from));
  return { transport, sent, heard, arrives: (from: Address) => arrives(from) };
}

function configuration(...members: readonly (readonly [id: string, address: string])[]): Configuration {
  return { members: members.map(([id, address]) => ({ id, role: "voter", address })), retired: [] };
}

Deno.test("whoever is not known is neither sent to nor heard, until a configuration tells where it is", () => {
  const { transport, sent, heard, arrives } = bench();
  transport.send("d", MESSAGE);
  arrives("d:1");
  assertEquals([sent, heard], [[], []]);
  transport.learn(configuration(["b", ""], ["d", "d:1"]));
  transport.send("d", MESSAGE);
  transport.send("b", MESSAGE);
  arrives("d:1");
  arrives("b:1");
  assertEquals([sent, heard], [["d:1", "b:1"], ["d", "b"]]);
});

Deno.test("a member that has moved is heard from where it is now, also when two have changed places", () => {
  const { transport, sent, heard, arrives } = bench();
  transport.learn(configuration(["b", "b:2"], ["d", "d:1"]));
  arrives("b:1");
  arrives("b:2");
  assertEquals(heard, ["b"]);
  transport.learn(configuration(["b", "d:1"], ["d", "b:2"]));
  for (const from of ["b:2", "d:1"]) arrives(from);
  for (const to of ["b", "d"]) transport.send(to, MESSAGE);
  assertEquals([heard, sent], [["b", "d", "b"], ["d:1", "b:2"]]);
});

Deno.test("who is no member any more is still answered", () => {
  const { transport, sent, heard, arrives } = bench();
  transport.learn(configuration(["d", "d:1"]));
  arrives("b:1");
  transport.send("b", MESSAGE);
  assertEquals([heard, sent], [["b"], ["b:1"]]);
});
