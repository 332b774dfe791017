import { assert, assertEquals, assertNotStrictEquals, assertThrows } from "@std/assert";
import { ByteReader, ByteWriter } from "../runtime/bytes.ts";
import { WireError, type WireErrorCode } from "../runtime/wire_error.ts";
import { configurationEntry, configurationOf, entriesOf } from "../tests/raft/core.ts";
import { messageCodec, messageCodecFor, readEntries, writeEntries } from "./codec.ts";
import type { AppendRequest, Message } from "./message.ts";

const MAX = Number.MAX_SAFE_INTEGER;
const STANDING = { round: 300, incarnation: MAX, counts: true };

const APPEND: AppendRequest = {
  type: "appendRequest",
  term: 128,
  prevIndex: 127,
  prevTerm: 2 ** 31,
  entries: entriesOf(1, 2 ** 40, 3),
  commit: 2 ** 32,
  round: 5,
};

/** One of each type and more, with numbers at the edges of their encodings. */
const MESSAGES: readonly Message[] = [
  { type: "preVoteRequest", term: 1, lastIndex: 0, lastTerm: 0 },
  { type: "preVoteReply", term: MAX, granted: true },
  { type: "voteRequest", term: 127, lastIndex: 128, lastTerm: 16384 },
  { type: "voteReply", term: 2, granted: false },
  APPEND,
  { ...APPEND, entries: [] },
  {
    ...APPEND,
    entries: [{ term: 7, command: new Uint8Array(0) }, { term: 7, command: new Uint8Array(3000) }],
  },
  { type: "appendAccepted", term: 3, matchIndex: 9, ...STANDING },
  { type: "appendRejected", term: 3, prevIndex: 9, hintIndex: 8, hintTerm: 2, ...STANDING, counts: false },
  {
    type: "snapshotRequest",
    term: 3,
    lastIndex: 10,
    lastTerm: 2,
    configuration: null,
    offset: 4,
    sizeBytes: 7,
    data: new Uint8Array([5, 6, 7]),
    round: 1,
  },
  { type: "snapshotReply", term: 3, lastIndex: 10, nextOffset: 7, done: true, ...STANDING },
];

const MEMBERS = {
  members: [...configurationOf("a", "~b").members, { id: "ключ", role: "voter", address: "h:1" }],
  retired: ["c", "z"],
} as const;

/** What version 1 cannot say. */
const NEWER: readonly Message[] = [
  {
    ...APPEND,
    entries: [
      ...entriesOf(1),
      configurationEntry(2, "a", "~b"),
      ...entriesOf(3),
      { term: 3, command: new Uint8Array(0), configuration: MEMBERS },
    ],
  },
  {
    type: "snapshotRequest",
    term: 3,
    lastIndex: 10,
    lastTerm: 2,
    configuration: MEMBERS,
    offset: 4,
    sizeBytes: 7,
    data: new Uint8Array([5, 6, 7]),
    round: 1,
  },
  { type: "versionRequest", term: 300 },
  { type: "versionReply", term: 3 },
];

const EVERY = [...MESSAGES, ...NEWER];

function refused(bytes: readonly number[] | Uint8Array): WireErrorCode {
  return assertThrows(() => messageCodec.decode(new Uint8Array(bytes)), WireError).code;
}

for (const message of EVERY) {
  const version = NEWER.includes(message) ? 2 : 1;
  const about = message.type === "appendRequest"
    ? `${message.type} with ${message.entries.length} entries in version ${version}`
    : `${message.type} in version ${version}`;

  Deno.test(`${about}: what is decoded is what was encoded, and so is a copy`, () => {
    assertEquals(messageCodec.decode(messageCodec.encode(message)), message);
    assertEquals(messageCodec.copy(message), message);
  });

  Deno.test(`${about}: it is written in the oldest version that can carry it`, () => {
    const bytes = messageCodec.encode(message);
    assertEquals(bytes[0], version);
    const older = messageCodecFor(1);
    if (version === 1) {
      assertEquals(older.encode(message), bytes);
      assertEquals(older.decode(bytes), message);
      return;
    }
    const unsaid = assertThrows(() => older.encode(message), WireError);
    assertEquals([unsaid.code, unsaid.message], [
      "unencodable",
      `Cannot encode a ${message.type} in version 1: it needs version 2`,
    ]);
    const unread = assertThrows(() => older.decode(bytes), WireError);
    assertEquals([unread.code, unread.message], [
      "malformed",
      "Cannot decode a Raft message of version 2: this node speaks version 1",
    ]);
  });

  Deno.test(`${about}: cut anywhere it is refused, and so is one byte too many`, () => {
    const bytes = messageCodec.encode(message);
    const cuts = bytes.length < 200 ? bytes.keys() : [0, 1, 2, 9, 50, bytes.length - 1];
    for (const length of cuts) {
      assertEquals(refused(bytes.slice(0, length)), "truncated", `${length} bytes of it`);
    }
    assertEquals(refused([...bytes, 0]), "malformed");
  });
}

Deno.test("there is a sample of each of the eleven types", () => {
  assertEquals(new Set(EVERY.map(({ type }) => type)).size, 11);
});

Deno.test("version 1 is what it always was, byte for byte", () => {
  const said = [
    APPEND,
    { type: "snapshotReply", term: 3, lastIndex: 10, nextOffset: 7, done: true, ...STANDING },
  ] as const;
  const bytes = said.map((message) => [...messageCodec.encode(message)]);
  // Version, type, term 128, previous index 127 and its term, commit index, round; then three entries of one byte.
  const [standing, max] = [[172, 2], [255, 255, 255, 255, 255, 255, 255, 15]];
  assertEquals(bytes, [
    [1, 4, 128, 1, 127, 128, 128, 128, 128, 8, 128, 128, 128, 128, 16, 5, 3].concat(
      [1, 1, 1],
      [128, 128, 128, 128, 128, 32, 1, 2],
      [3, 1, 3],
    ),
    [1, 8, 3, 10, 7, 1, ...standing, ...max, 1],
  ]);
});

Deno.test("a newer version than any is malformed, and the error says which came and what this node speaks", () => {
  for (const [speaks, knows] of [[1, "version 1"], [2, "versions 1 to 2"]] as const) {
    const error = assertThrows(() => messageCodecFor(speaks).decode(new Uint8Array([3, 3, 2, 1])), WireError);
    assertEquals(error.message, `Cannot decode a Raft message of version 3: this node speaks ${knows}`);
  }
});

Deno.test("a configuration at an entry that is none, or of a member that is neither voter nor learner, is malformed", () => {
  const [message] = NEWER;
  const sound = messageCodec.encode(message);
  const members = [1, 2, 1, 97, 0, 0, 1, 98, 1, 0, 0];
  const start = sound.findIndex((_, at) => members.every((byte, next) => sound[at + next] === byte));
  for (const [at, value] of [[start, 0], [start, 9], [start + 4, 2]]) {
    const bytes = sound.slice();
    bytes[at] = value;
    assertEquals(refused(bytes), "malformed", `byte ${at} as ${value}`);
  }
  const many = sound.slice();
  many[start + 1] = 127;
  assertEquals(refused(many), "truncated", "more members than there are bytes for");
});

Deno.test("any byte changed to one of 16 others gives another message or a WireError, nothing else", () => {
  for (const message of EVERY) {
    const bytes = messageCodec.encode(message).slice();
    if (bytes.length > 200) continue;
    for (const [at, sound] of bytes.entries()) {
      for (const value of [0, 1, 2, 3, 8, 9, 63, 126, 127, 128, 129, 192, 254, 255, sound ^ 1, sound ^ 128]) {
        bytes[at] = value;
        try {
          messageCodec.encode(messageCodec.decode(bytes));
        } catch (error) {
          assert(error instanceof WireError, `byte ${at} of ${message.type} as ${value}: ${error}`);
        }
      }
      bytes[at] = sound;
    }
  }
});

Deno.test("another version, an unknown type and a yes that is neither 0 nor 1 are malformed", () => {
  assertEquals(
    messageCodec.encode({ type: "voteReply", term: 2, granted: true }),
    new Uint8Array([1, 3, 2, 1]),
  );
  assertEquals(refused([2, 3, 2, 1]), "malformed");
  assertEquals(refused([1, 9, 2, 1]), "malformed");
  assertEquals(refused([1, 3, 2, 2]), "malformed");
});

Deno.test("a number of entries that cannot be true is refused before anything is allocated for it", () => {
  const writer = new ByteWriter();
  writer.varint(2 ** 40);
  writer.raw(new Uint8Array(16));
  const error = assertThrows(() => readEntries(new ByteReader(writer.take())), WireError);
  assertEquals([error.code, error.message], [
    "truncated",
    "Cannot decode 1099511627776 entries from 16 bytes",
  ]);
});

Deno.test("a number that is no safe integer from 0 on does not travel", () => {
  for (const term of [-1, 0.5, NaN, Infinity, MAX + 1]) {
    const error = assertThrows(
      () => messageCodec.encode({ type: "voteReply", term, granted: true }),
      WireError,
    );
    assertEquals(error.code, "unencodable");
  }
});

Deno.test("a copy's entries are the receiver's own: what one log does to its entries the other does not see", () => {
  const copy = messageCodec.copy(APPEND);
  assert(copy.type === "appendRequest");
  assertNotStrictEquals(copy.entries, APPEND.entries);
  for (const [at, entry] of copy.entries.entries()) assertNotStrictEquals(entry, APPEND.entries[at]);
});

Deno.test("entries follow each other in one buffer, as the log on disk keeps them", () => {
  const writer = new ByteWriter();
  writeEntries(writer, entriesOf(1, 2));
  writeEntries(writer, []);
  writeEntries(writer, entriesOf(3));
  const reader = new ByteReader(writer.take());
  assertEquals([readEntries(reader), readEntries(reader), readEntries(reader)], [
    entriesOf(1, 2),
    [],
    entriesOf(3),
  ]);
  reader.end();
});
