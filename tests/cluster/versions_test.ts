import { assertEquals, assertThrows } from "@std/assert";
import { ChannelTransport, MemoryStorage, type Message, messageCodec, RaftNode } from "../../raft/mod.ts";
import { messageCodecFor } from "../../raft/codec.ts";
import type { Configuration } from "../../raft/types.ts";
import { WireError } from "../../runtime/mod.ts";
import type { Isolation } from "../sim/switchboard.ts";
import { World } from "../sim/world.ts";

const CONFIGURATION: Configuration = {
  members: [{ id: "a", role: "voter", address: "" }, { id: "b", role: "voter", address: "" }],
  retired: [],
};
const NOTHING = new Uint8Array();

/** An append and a chunk of a snapshot from a leader of term 5, with what only version 2 can carry or without. */
function messages(configuration: Configuration | null): Message[] {
  const entry = configuration === null
    ? { term: 5, command: NOTHING }
    : { term: 5, command: NOTHING, configuration };
  const head = { term: 5, round: 0 };
  return [
    { ...head, type: "appendRequest", prevIndex: 0, prevTerm: 0, entries: [entry], commit: 1 },
    {
      ...head,
      type: "snapshotRequest",
      lastIndex: 7,
      lastTerm: 5,
      configuration,
      offset: 0,
      sizeBytes: 1,
      data: new Uint8Array([1]),
    },
  ];
}

/** What a node of that version, on a network that keeps messages apart like this, makes of what it is sent. */
async function made(speaks: 1 | 2, isolation: Isolation, sent: readonly Message[]) {
  const world = new World({ seed: 1, isolation });
  const channel = { name: "raft", codec: messageCodec };
  const nodes: RaftNode[] = [];
  const addresses = new Map([["a", "a"], ["b", "b"]]);
  world.machine("a").boot(async ({ network, clock, random, signal }) => {
    const transport = new ChannelTransport(network, "raft", messageCodec, addresses);
    const options = { id: "a", members: ["a", "b"], storage: new MemoryStorage(), speaks };
    nodes.push(await RaftNode.open({ ...options, transport, clock, random, signal }));
  });
  world.machine("b").boot(({ network, clock }) => {
    const port = network.open<Message>(channel, () => {});
    clock.setTimer(10, () => sent.forEach((message) => port.send("a", message)));
  });
  await world.run({ untilMs: 20 });
  const [{ core, unreadable }] = nodes;
  const { term, membership, commit } = core;
  const { offset, entries } = core.log;
  world.end();
  return { unreadable, term, known: membership.index, commit, last: offset + entries.length };
}

const NEWS: readonly Message[] = [
  ...messages(CONFIGURATION),
  { type: "versionRequest", term: 5 },
  { type: "versionReply", term: 5 },
];

for (const isolation of ["copy", "wire"] as const) {
  Deno.test(`with isolation "${isolation}" a node of version 1 takes nothing that version 1 cannot carry, and all that it can`, async () => {
    assertEquals(await made(1, isolation, NEWS), { unreadable: 4, term: 0, known: 0, commit: 0, last: 0 });
    const old = messages(null);
    assertEquals(await made(1, isolation, old), { unreadable: 0, term: 5, known: 0, commit: 7, last: 7 });
    assertEquals(await made(2, isolation, old), { unreadable: 0, term: 5, known: 0, commit: 7, last: 7 });
    assertEquals(await made(2, isolation, NEWS), { unreadable: 0, term: 5, known: 7, commit: 7, last: 7 });
  });
}

Deno.test("a codec of version 1 neither writes nor reads what version 1 cannot carry, and writes the rest as version 2 does", () => {
  const old = messageCodecFor(1);
  for (const message of NEWS) {
    assertThrows(() => old.encode(message), WireError, "version");
    assertThrows(() => old.decode(messageCodec.encode(message)), WireError, "version 2");
  }
  for (const message of messages(null)) {
    assertEquals(old.encode(message), messageCodec.encode(message));
    assertEquals(old.decode(messageCodec.encode(message)), message);
  }
});
